import { afterAll, beforeAll, expect, test } from "bun:test";
import { administration } from "../../src/capabilities/administration/index";
import { patience, startReplicas, type Member, type Replicas } from "../support/race";

/** What an administrator does while another transaction takes their role, or the other administrator, away. */

let replicas: Replicas;
beforeAll(async () => {
  replicas = await startReplicas({}, [administration]);
});
afterAll(() => replicas.remove());

/** Somebody who is signed in, and an administrator. */
async function newAdmin(): Promise<Member> {
  const member = await replicas.newMember();
  await replicas.rows(
    `with confirmed as (update "user" set email_verified = true where id = $1)
      insert into gatehouse.role (user_id, role) values ($1, 'admin')`,
    [member.id],
  );
  return member;
}

/** Does it half a second after its locks were taken, and posts something meanwhile. */
async function postWhile({ locks, does }: { locks: string; does: string }, { visitor }: Member, path: string) {
  const slowly = `do $$ begin perform ${locks}; perform pg_sleep(0.5); ${does}; end $$`;
  const post = () => visitor.post(path, { reason: "a reason" });
  return (await Promise.all([Bun.sleep(200).then(post), replicas.rows(slowly)]))[0];
}

test(
  "an administrator whose role is being taken does nothing any more",
  async () => {
    const [admin, member] = [await newAdmin(), await replicas.newMember()];
    const locks = `from "user" where id = '${admin.id}' for no key update`;
    const does = `delete from gatehouse.role where user_id = '${admin.id}'`;
    const answer = await postWhile({ locks, does }, admin, `/admin/people/${member.id}/suspend`);
    expect(answer.location).toBeNull();
    expect(await replicas.rows("select 1 from gatehouse.suspension where user_id = $1", [member.id])).toEqual([]);
  },
  patience,
);

test(
  "an administrator closes no account while the only other one is being kept out",
  async () => {
    await replicas.rows("delete from gatehouse.role");
    const [admin, other] = [await newAdmin(), await newAdmin()];
    const locks = "from gatehouse.role where role = 'admin' order by user_id for update";
    const does = `insert into gatehouse.suspension (user_id) values ('${other.id}')`;
    expect((await postWhile({ locks, does }, admin, "/account/delete")).status).toBe(422);
    expect(await replicas.rows("select 1 from gatehouse.deletion")).toEqual([]);
  },
  patience,
);

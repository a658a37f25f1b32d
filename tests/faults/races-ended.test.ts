import { afterAll, beforeAll, expect, test } from "bun:test";
import { newPerson } from "../support/harness";
import { linkIn } from "../support/mails";
import { patience, signIn, startReplicas, type Member, type Replicas } from "../support/race";

/** What is asked with a session that another transaction is ending at that moment: F6 of docs/reliability.md. */

let replicas: Replicas;
beforeAll(async () => {
  replicas = await startReplicas();
});
afterAll(() => replicas.remove());

/** What somebody may do with a session, and what is posted for it. */
const deeds: [what: string, path: string, fields: (member: Member) => Promise<Record<string, string>>][] = [
  ["changes no name", "/account/profile", async () => ({ name: "Somebody Else" })],
  ["asks for no other address", "/account/email", async () => ({ email: newPerson().email })],
  [
    "confirms no new address",
    "/confirm-email",
    async ({ visitor }) => {
      const { email } = newPerson();
      await visitor.post("/account/email", { email });
      const link = linkIn(await replicas.nextMail(email, "/confirm-email"), "/confirm-email");
      return { token: link.split("=")[1] ?? "" };
    },
  ],
  ["signs nobody else out", "/account/sessions", async () => ({ others: "on" })],
  ["closes no account", "/account/delete", async () => ({})],
];

test.each(deeds)(
  "F6 a session that is being ended %s any more",
  async (_, path, fieldsOf) => {
    const member = await replicas.newMember();
    const [own] = await replicas.sessions(member.id);
    await signIn(replicas.visitor(), member.person.email, member.person.password);
    const fields = await fieldsOf(member);
    const state = () =>
      replicas.rows(
        `select name, email, (select count(*) from session where user_id = $1 and id <> $2) as others,
           (select count(*) from gatehouse.mail_token where user_id = $1) as links,
           (select count(*) from gatehouse.deletion where user_id = $1) as deletions,
           (select count(*) from gatehouse.event where user_id = $1) as events from "user" where id = $1`,
        [member.id, own?.id],
      );
    const before = await state();
    const end = `do $$ begin
        perform from "user" where id = '${member.id}' for no key update;
        perform pg_sleep(0.5);
        delete from session where id = '${own?.id}';
      end $$`;
    await Promise.all([Bun.sleep(200).then(() => member.visitor.post(path, fields)), replicas.rows(end)]);
    expect(await state()).toEqual(before);
  },
  patience,
);

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { removeExpired } from "../../src/process/housekeeping";
import { startGatehouse, type Gatehouse } from "../support/harness";

/** What happened stays as it was noted: the table of events is asked by SQL, as any other client would. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
  await somebody();
});
afterAll(() => gatehouse.close());

/** What the database says against a statement; undefined where it does it. */
const refusalOf = (statement: string) =>
  gatehouse.rows(statement).then(
    () => undefined,
    (error: Error) => error.message,
  );

const everything = () => gatehouse.rows("select * from gatehouse.event order by id");

/** An account in which several things have happened, and an event of nobody's; gives its user's id. */
async function somebody(): Promise<string> {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  await visitor.post("/sign-out", {});
  await gatehouse.visitor().signIn({ email: `nobody-${email}`, password: "wrong horse battery" });
  const [owner] = await gatehouse.rows<{ id: string }>(`select id from "user" where email = $1`, [email]);
  return owner?.id ?? "";
}

describe("an event that is noted", () => {
  test.each([
    "update gatehouse.event set kind = 'proved'",
    "update gatehouse.event set user_id = null",
    "update gatehouse.event set at = at - interval '1 minute' where kind = 'sign_in'",
    "update gatehouse.event set at = now(), client_address = '::2' where kind = 'sign_in'",
    "update gatehouse.event set at = now() where kind = 'sign_out'",
    "update gatehouse.event set at = now() where kind = 'sign_in' and outcome = 'refused'",
    "update gatehouse.event set at = now() where kind = 'sign_in' and outcome = 'done'", // a sign-out came after it
    "delete from gatehouse.event",
    "delete from gatehouse.event where user_id is null",
    "delete from gatehouse.event where at < now() - interval '100 days' or kind = 'sign_out'",
    "truncate gatehouse.event",
    `truncate "user" cascade`,
  ])("is neither changed nor deleted by %s", async (statement) => {
    const before = await everything();
    expect(await refusalOf(statement)).toContain("gatehouse.event is only added to: ");
    expect(await everything()).toEqual(before);
  });
});

describe("an event that is noted", () => {
  test("is not moved into another hour, although nothing came after it", async () => {
    const id = await somebody();
    await gatehouse.rows(
      `insert into gatehouse.event (kind, outcome, user_id, at)
         values ('sign_in', 'done', '${id}', now() - interval '61 minutes')`,
    );
    expect(await refusalOf("update gatehouse.event set at = now() where at < now() - interval '1 hour'")).toContain(
      "no row of it is changed",
    );
  });

  test("goes with its user, whoever deletes them, and no other with it", async () => {
    const [gone, kept] = [await somebody(), await somebody()];
    const others = await gatehouse.rows(`select * from gatehouse.event where user_id is distinct from '${gone}'`);
    await gatehouse.rows(`delete from "user" where id = '${gone}'`);
    expect(await gatehouse.rows("select * from gatehouse.event")).toEqual(others);
    expect(others.some((event) => event.user_id === kept)).toBe(true);
  });

  test("is deleted by housekeeping once its days are over, and not before", async () => {
    await gatehouse.rows(
      `insert into gatehouse.event (kind, outcome, at)
         values ('proved', 'refused', now() - interval '91 days'), ('proved', 'refused', now() - interval '89 days')`,
    );
    expect(await removeExpired(gatehouse.database, 90)).toBe(1);
    expect(await gatehouse.rows("select 1 from gatehouse.event where kind = 'proved'")).toHaveLength(1);
  });
});

import { afterAll, beforeAll, expect, test } from "bun:test";
import { newTestDatabase, type TestDatabase } from "../support/databases";
import { startGatehouse, type Gatehouse, type Visitor } from "../support/harness";
import { isKept, regular, untilKept } from "../support/kept";
import { linkIn } from "../support/mails";

/** A device whose session has ended gets nothing more done, though the program has the session in memory still. */

let database: TestDatabase;
let gatehouse: Gatehouse;
beforeAll(async () => {
  database = await newTestDatabase();
  gatehouse = await startGatehouse({}, database);
});
afterAll(() => gatehouse.close());

interface Thief {
  visitor: Visitor;
  email: string;
  sessionId: string;
}

async function newThief(): Promise<Thief> {
  const visitor = await regular(gatehouse);
  const { user, session } = JSON.parse((await visitor.get("/api/session")).text);
  return { visitor, email: user.email, sessionId: session.id };
}

/** Another session of the same user, which lasts for so many seconds. */
const addSession = ({ email }: Thief, id: string, seconds: number) =>
  gatehouse.rows(
    `insert into session (id, user_id, token, expires_at, created_at, updated_at)
      select $2, id, $2, now() + $3 * interval '1 second', now(), now() from "user" where email = $1`,
    [email, id, seconds],
  );

/**
 * A thief whose session ends in the table, unheard, so that the program still finds it in memory; a busy machine may
 * let go of it by itself, and another thief is tried.
 */
async function endedUnheard(prepare: (thief: Thief) => Promise<unknown> = () => Promise.resolve()) {
  const set = (how: string) => `alter table session ${how} trigger gatehouse_delete`;
  for (let tries = 0; tries < 10; tries++) {
    const thief = await newThief();
    const prepared = await prepare(thief);
    await untilKept(gatehouse, thief.visitor);
    const end = `delete from session where id = '${thief.sessionId}'`;
    await database.rows(`begin; ${set("disable")}; ${end}; ${set("enable always")}; commit`);
    if (isKept(gatehouse, thief.visitor)) return { ...thief, prepared };
  }
  throw new Error("No session stayed in memory.");
}

test("an ended session signs nobody out any more", async () => {
  const { visitor, sessionId } = await endedUnheard((thief) => addSession(thief, `other-${thief.sessionId}`, 3600));
  const { location } = await visitor.post("/account/sessions", { others: "on" });
  expect(location).toBe("/sign-in?notice=session_over&return_to=%2Faccount%2Fsessions");
  expect(await gatehouse.rows("select 1 from session where id = $1", [`other-${sessionId}`])).toHaveLength(1);
});

test("an ended session neither closes the account nor asks for another address", async () => {
  for (const path of ["/account/delete", "/account/email"]) {
    const { visitor } = await endedUnheard();
    const { location } = await visitor.post(path, { email: "thief@example.org" });
    expect(location).toBe(`/sign-in?notice=session_over_kept&return_to=${encodeURIComponent(path)}`);
  }
  expect(await gatehouse.rows("select 1 from gatehouse.deletion")).toEqual([]);
  expect(await gatehouse.mailsTo("thief@example.org")).toEqual([]);
});

test("an ended session confirms no new address, though the link is right", async () => {
  const { visitor, email, prepared } = await endedUnheard(async (thief) => {
    await thief.visitor.post("/account/email", { email: `new.${thief.email}` });
    return linkIn((await gatehouse.mailsTo(`new.${thief.email}`))[0]?.text ?? "", "/confirm-email");
  });
  const token = String(prepared).split("=")[1] ?? "";
  expect(token).toHaveLength(43);
  const { location } = await visitor.post("/confirm-email", { token });
  expect(location).toBe(
    `/sign-in?notice=confirm_email&return_to=${encodeURIComponent(`/confirm-email?token=${token}`)}`,
  );
  expect(await gatehouse.rows(`select 1 from "user" where email = $1`, [`new.${email}`])).toEqual([]);
});

test("an ended session is answered from no memory that stood still for longer than it may be believed", async () => {
  const { visitor } = await endedUnheard();
  Bun.sleepSync(2100); // the lease is over before anything of the program runs
  expect((await visitor.get("/api/session")).status).toBe(401);
});

test("the devices page names no session that is over", async () => {
  const thief = await newThief();
  await addSession(thief, "over", -1);
  expect((await thief.visitor.get("/account/sessions")).page.querySelectorAll(".entries li")).toHaveLength(1);
});

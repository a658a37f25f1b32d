import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createOutbox } from "../../src/account/outbox";
import { administration } from "../../src/capabilities/administration/index";
import { resume, signOut, suspend, takeOffWay } from "../../src/capabilities/administration/people/access";
import type { By, Hands } from "../../src/capabilities/administration/people/act";
import { add, remove } from "../../src/capabilities/administration/people/existence";
import { exportPerson } from "../../src/capabilities/administration/people/export";
import { giveRole, takeRole } from "../../src/capabilities/administration/people/roles";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { factorRemoval } from "../../src/capabilities/two-factor/factor";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { doneOf, type Given } from "../../src/process/acts";
import { startGatehouse, type Gatehouse } from "../support/harness";

/** Who may act on whom, and how people and events are found: on every kind of database. */

let gatehouse: Gatehouse;
let hands: Hands & Pick<Given, "tables">;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor, passkeys, administration]);
  const { given } = gatehouse;
  hands = { ...given, outbox: createOutbox(true, given.wake) };
  await gatehouse.rows(`insert into "user" (id, name, email, email_verified, created_at)
    select 'id' || n, case n % 3 when 0 then 'Ödön ' else 'Zoe_' end || n,
      'p' || lpad(n::text, 3, '0') || '@list.example', n % 2 = 0, timestamptz '2020-01-01' + make_interval(days => n)
    from generate_series(1, 30) n`);
});
afterAll(() => gatehouse.close());

const type = async (verb: string, ...values: string[]) =>
  doneOf((await (await administration.verbs?.())?.[verb]?.(gatehouse.given, ...values)) ?? "");
const refusal = (verb: string, ...values: string[]) =>
  type(verb, ...values).then(
    () => "",
    (error: Error) => error.message,
  );

let made = 0;
/** Somebody without a session, and with these roles. */
async function person(...roles: string[]) {
  const id = `person-${++made}`;
  await gatehouse.rows(
    `insert into "user" (id, name, email, email_verified) values ($1, 'P', $1 || '@roles.example', true)`,
    [id],
  );
  for (const role of roles)
    await gatehouse.rows(`insert into gatehouse.role (user_id, role, by) values ($1, $2, 'operator')`, [id, role]);
  return id;
}
/** A session of somebody, of which nobody has the cookie. */
async function session(userId: string) {
  const id = `session-of-${userId}`;
  await gatehouse.rows(
    `insert into session (id, token, user_id, expires_at) values ($1, $1, $2, now() + interval '1 day')`,
    [id, userId],
  );
  return id;
}
const noAdmins = () => gatehouse.rows("delete from gatehouse.role");
const by = (actor: string, sessionId?: string): By => ({ actor, sessionId, reason: "a reason" });

const listed = async (...values: string[]) => {
  const { facts } = await type("users", "list", ...values);
  // Of our own act, which gives these.
  return facts as { people: { email: string; isConfirmed: boolean }[]; next?: string };
};
const emails = async (...values: string[]) => (await listed(...values)).people.map(({ email }) => email);

describe("people are listed", () => {
  test("the newest first, and page by page each of them once", async () => {
    const seen: string[] = [];
    let next: string | undefined;
    do {
      const page = await listed("--count=7", ...(next ? [`--after=${next}`] : []));
      seen.push(...page.people.map(({ email }) => email));
      next = page.next;
    } while (next);
    const all = await gatehouse.rows<{ email: string }>(`select email from "user" order by created_at desc, id desc`);
    expect(seen).toEqual(all.map(({ email }) => email));
  });

  test("by how an address or a name begins, in any case, or by a whole id", async () => {
    expect(await emails("--search=P00")).toEqual(Array.from({ length: 9 }, (_, n) => `p00${n + 1}@list.example`));
    expect(await emails("--search= zoe_7 ")).toEqual(["p007@list.example"]);
    expect(await emails("--search=Ödön 3")).toEqual(["p003@list.example", "p030@list.example"]);
    expect(await emails("--search=id12")).toEqual(["p012@list.example"]);
    expect(await emails("--search=d12")).toEqual([]);
    const first = await listed("--search=zoe", "--count=15");
    const second = await listed("--search=zoe", "--count=15", `--after=${first.next}`);
    const both = [...first.people, ...second.people].map(({ email }) => email);
    expect([both.length, new Set(both).size, second.next]).toEqual([20, 20, undefined]);
  });

  test("and a sign that means another elsewhere stands for itself", async () => {
    for (const search of ["%", "_", "p%", "\\", "'", "p00_"]) expect(await emails(`--search=${search}`)).toEqual([]);
    for (const search of ["\0", "p\0", "x".repeat(10_000), "\ud800"])
      expect(await refusal("users", "list", `--search=${search}`)).toStartWith("Search for how an email address");
    const made = ['["\\u0000","x"]', '["no date","x"]'].map((text) => Buffer.from(text).toString("base64url"));
    for (const after of ["x", "W10", ...made])
      expect(await refusal("users", "list", `--after=${after}`)).toStartWith("This list has no such page");
  });
});

describe("people are listed", () => {
  test("that were confirmed or not, are suspended, have a second factor or a role, or came since a day", async () => {
    const [id, admin] = [await person(), await person("admin")];
    await type("users", "suspend", id, "--until=2199-01-01");
    await gatehouse.rows(
      `insert into gatehouse.authenticator_app (user_id, secret, recovery_key) values ('id5', '', '')`,
    );
    await gatehouse.rows(`insert into gatehouse.suspension (user_id, until) values ('id6', now() - interval '1 day')`);
    expect(await emails("--suspended=yes")).toEqual([`${id}@roles.example`]);
    expect(await emails("--suspended=no", "--search=p006")).toEqual(["p006@list.example"]);
    expect(await emails("--second-factor=yes")).toEqual(["p005@list.example"]);
    expect(await emails("--role=admin")).toEqual([`${admin}@roles.example`]);
    expect((await listed("--confirmed=no")).people).toHaveLength(15);
    expect(await emails("--since=2020-01-30", "--search=p0")).toEqual(["p029@list.example", "p030@list.example"]);
    expect(await refusal("users", "list", "--suspended=perhaps")).toBe("--suspended: say yes or no.");
    expect(await refusal("users", "list", "--role=king")).toContain("`admin` or `support`");
    expect(await refusal("users", "list", "--count=-1")).toContain("whole number");
    await noAdmins();
  });
});

test("one person is shown with what helps to help them, and nothing that opens", async () => {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  const mail = "insert into gatehouse.given_up_mail (id, kind, recipient, language, facts, tries)";
  await gatehouse.rows(`${mail} values (gen_random_uuid(), 'reset', $1, 'en', '{"secret":"x"}', 3)`, [email]);
  const { said, facts } = await type("users", "show", email);
  expect(facts).toMatchObject({ waysIn: { password: true, passkeys: [] }, sessions: [{}], roles: [] });
  for (const text of ["not confirmed", "password: true", "sign_in", "reset"]) expect(said).toContain(text);
  expect(said + JSON.stringify(facts)).not.toMatch(/argon2|\$|token|hash|secret/i);
  expect(await refusal("users", "show", "\0")).toBe("Nobody has this email address or id.");
});

test("events are found by person, kind, address and time, as lines of JSON", async () => {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  const lines = async (...values: string[]) =>
    (await type("events", ...values)).said
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  const theirs = await lines(`--person=${email}`);
  expect(theirs.map(({ kind }) => kind)).toEqual(["sign_in", "sign_up"]);
  expect(theirs[0]).toMatchObject({ email, clientAddress: visitor.address, outcome: "done" });
  expect(await lines(`--address=${visitor.address}`, "--kind=sign_in")).toEqual([theirs[0]]);
  expect(await lines(`--address=::ffff:${visitor.address}`, "--kind=sign_in")).toEqual([theirs[0]]);
  await expect(lines("--address=10.0.0")).rejects.toThrow("--address: write an IP address.");
  expect(await lines(`--person=${email}`, `--before=${theirs[0].id}`)).toEqual([theirs[1]]);
  expect(await lines(`--person=${email}`, "--to=2020-01-01")).toEqual([]);
  expect(await lines(`--person=${email}`, "--from=2020-01-01", "--count=1")).toEqual([theirs[0]]);
  expect(await refusal("events", "--person=nobody@example.org")).toBe("Nobody has this email address or id.");
});

describe("a role", () => {
  test("is given to whoever confirmed, listed, and taken back, but from the last administrator", async () => {
    const [one, other] = [await person(), await person()];
    await gatehouse.rows(`update "user" set email_verified = false where id = $1`, [other]);
    expect(await refusal("admins", "add", other)).toContain("must confirm");
    expect((await type("admins", "add", one)).said).toBe("This person has the role now.");
    expect((await type("admins", "add", one)).said).toBe("This person had the role already.");
    expect((await type("admins", "list")).said).toBe(`admin    ${one}@roles.example  P`);
    expect(await refusal("admins", "remove", one)).toContain("only administrator");
    expect(await refusal("users", "delete", one, "--now")).toContain("only administrator");
    await gatehouse.rows(`update "user" set email_verified = true where id = $1`, [other]);
    await type("admins", "add", other, "--role=support");
    expect(await refusal("admins", "remove", one)).toContain("only administrator");
    await type("admins", "add", other);
    expect((await type("admins", "remove", one)).said).toBe("This person has the role no longer.");
    expect((await type("admins", "remove", one)).said).toBe("This person did not have the role.");
    await noAdmins();
  });
});

describe("a role", () => {
  test("decides what its holder may do, and to whom", async () => {
    const [admin, support, nobody, victim] = [
      await person("admin"),
      await person("support"),
      await person(),
      await person(),
    ];
    const refused = { ok: false, problem: "not_allowed" };
    for (const actor of [support, nobody, "gone"])
      expect(await suspend(hands, { userId: victim, by: by(actor) })).toMatchObject(refused);
    expect(await add(hands, { email: "added@roles.example", name: "A", by: by(support) })).toMatchObject(refused);
    const order = { userId: victim, by: by(support) };
    expect(await exportPerson(hands, order)).toMatchObject(refused);
    expect(await takeOffWay(hands, { ...order, removal: factorRemoval })).toMatchObject(refused);
    expect(await signOut(hands, { userId: victim, by: by(support) })).toMatchObject({ ok: true });
    expect(await signOut(hands, { userId: admin, by: by(support) })).toMatchObject(refused);
    expect(await giveRole(hands, { userId: support, role: "admin", by: by(support) })).toMatchObject(refused);
    expect(await suspend(hands, { userId: victim, by: by(admin) })).toMatchObject({ ok: true });
    expect(
      await gatehouse.rows("select actor, reason from gatehouse.event where user_id = $1 order by id desc", [victim]),
    ).toMatchObject([{ actor: admin, reason: "a reason" }, { actor: support }]);
    await noAdmins();
  });
});

describe("a role", () => {
  test("counts no more once its holder is suspended, or their session has ended", async () => {
    const [admin, other, victim] = [await person("admin"), await person("admin"), await person()];
    const refused = { ok: false, problem: "not_allowed" };
    const [own, others] = [await session(admin), await session(other)];
    for (const ended of ["a session that ended", others])
      expect(await signOut(hands, { userId: victim, by: by(admin, ended) })).toMatchObject(refused);
    expect(await signOut(hands, { userId: victim, by: by(admin, own) })).toMatchObject({ ok: true });
    expect(await suspend(hands, { userId: admin, by: by(other) })).toMatchObject({ ok: true });
    expect(await resume(hands, { userId: admin, by: by(admin) })).toMatchObject(refused);
    expect(await takeRole(hands, { userId: other, role: "admin", by: by(other) })).toMatchObject({
      problem: "admin_last",
    });
    expect(await suspend(hands, { userId: other, by: by(other) })).toMatchObject({ problem: "admin_last" });
    await noAdmins();
  });

  test("stays with one of two administrators who take it from each other, or suspend each other, at once", async () => {
    const both = [
      (userId: string, actor: string) => takeRole(hands, { userId, role: "admin", by: by(actor) }),
      (userId: string, actor: string) => suspend(hands, { userId, by: by(actor) }),
      (userId: string, actor: string) => remove(hands, { userId, isNow: true, by: by(actor) }),
    ];
    for (const does of both) {
      const [one, other] = [await person("admin"), await person("admin")];
      const results = await Promise.all([does(one, other), does(other, one)]);
      expect(results.map(({ ok }) => ok).sort()).toEqual([false, true]);
      await noAdmins();
    }
  });
});

test("of an act and a deletion at the same moment, each finds the other done or not begun", async () => {
  const [one, admin] = [await person(), await person("admin")];
  const [deleted, suspended] = await Promise.all([
    remove(hands, { userId: one, isNow: true, by: by(admin) }),
    suspend(hands, { userId: one, by: by(admin) }),
  ]);
  expect(deleted.ok).toBe(true);
  if (!suspended.ok) expect(String(suspended.problem)).toBe("person_gone");
  expect(await gatehouse.rows("select 1 from gatehouse.suspension where user_id = $1", [one])).toEqual([]);
});

test("whoever is kept out until a time that never comes, as SQL may have it, is shown as without an end", async () => {
  const id = await person();
  await gatehouse.rows("insert into gatehouse.suspension (user_id, until) values ($1, 'infinity')", [id]);
  expect((await type("users", "show", `${id}@roles.example`)).said).toContain("without an end");
});

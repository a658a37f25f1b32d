import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { administration } from "../../src/capabilities/administration/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { doneOf } from "../../src/process/acts";
import { newPerson, startGatehouse, type Gatehouse } from "../support/harness";
import { linkIn } from "../support/mails";
import { tokenOf } from "../support/race";

/** What an operator does to people's accounts, by the acts behind the verbs: on every kind of database. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor, administration]);
});
afterAll(() => gatehouse.close());

/** Types a verb; what it said, or why not. */
async function type(verb: string, ...values: string[]) {
  const done = doneOf((await (await administration.verbs?.())?.[verb]?.(gatehouse.given, ...values)) ?? "");
  await gatehouse.live.caughtUp();
  return done;
}
const refusal = (verb: string, ...values: string[]) =>
  type(verb, ...values).then(
    () => "",
    (error: Error) => error.message,
  );

/** Somebody who is signed in, with an address that was confirmed. */
async function member({ isConfirmed = true } = {}) {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  const [row] = await gatehouse.rows<{ id: string }>(
    `update "user" set email_verified = $2 where email = $1 returning id`,
    [person.email, isConfirmed],
  );
  return { visitor, person, id: row?.id ?? "" };
}

const isIn = async ({ visitor }: { visitor: ReturnType<Gatehouse["visitor"]> }) =>
  (await visitor.get("/api/session")).status;

/** The newest event about somebody. */
const lastEvent = async (id: string) =>
  (
    await gatehouse.rows(
      "select kind, subject, actor, reason from gatehouse.event where user_id = $1 order by id desc",
      [id],
    )
  )[0];

const subjects = async (address: string) => (await gatehouse.mailsTo(address)).map(({ subject }) => subject);

describe("a suspension", () => {
  test("ends every session, is told by mail, and stands in an event with who and why", async () => {
    const one = await member();
    expect(await isIn(one)).toBe(200);
    const words = "--words=You sent spam = twice.";
    const done = await type("users", "suspend", one.person.email.toUpperCase(), words, "--reason=ticket 7");
    expect(done).toMatchObject({ facts: { id: one.id, sessions: 1 } });
    expect(await isIn(one)).toBe(401);
    expect(await lastEvent(one.id)).toMatchObject({ kind: "suspended", actor: "operator", reason: "ticket 7" });
    expect(
      await gatehouse.rows("select reason, by, until from gatehouse.suspension where user_id = $1", [one.id]),
    ).toEqual([{ reason: "You sent spam = twice.", by: "operator", until: null }]);
    const [mail] = await gatehouse.mailsTo(one.person.email);
    expect(mail?.subject).toBe("Gatehouse: your account is suspended");
    expect(mail?.text).toContain("You sent spam = twice.");
    expect((await type("users", "resume", one.id)).said).toBe("This person is suspended no longer.");
    expect((await type("users", "resume", one.id)).said).toBe("This person was not suspended.");
    expect(await lastEvent(one.id)).toMatchObject({ kind: "resumed" });
    expect((await one.visitor.signIn(one.person)).status).toBe(303);
  });

  test("has an end that lies ahead, and is written as a date", async () => {
    const { person } = await member();
    expect(await refusal("users", "suspend", person.email, "--until=2020-01-01")).toContain("must lie ahead");
    expect(await refusal("users", "suspend", person.email, "--until=tomorrow")).toContain("--until: write a date");
    expect(await refusal("users", "suspend", person.email, `--words=${"x".repeat(501)}`)).toContain("500 characters");
    await type("users", "suspend", person.email, "--until=2199-12-31");
    expect((await type("users", "show", person.email)).said).toContain("suspended until 2199-12-31T00:00:00.000Z");
  });

  test("of an address that never confirmed is not told there: it may be a stranger's", async () => {
    const { person } = await member({ isConfirmed: false });
    await type("users", "suspend", person.email);
    expect(await subjects(person.email)).not.toContain("Gatehouse: your account is suspended");
  });
});

test("somebody is signed out everywhere, and told", async () => {
  const one = await member();
  expect((await type("users", "sign-out", one.id)).said).toBe("1 session is ended.");
  expect(await isIn(one)).toBe(401);
  expect(await subjects(one.person.email)).toContain("Gatehouse: you are signed out everywhere");
});

/** Follows the newest mail's link and chooses a password with it. */
async function choosePassword(email: string, password: string) {
  const [mail] = await gatehouse.mailsTo(email);
  const token = tokenOf(mail?.text ?? "", "/reset-password");
  const reader = gatehouse.visitor();
  return { reader, chosen: await reader.post("/reset-password", { token, password }) };
}

describe("a new password that is required", () => {
  test("leaves the old one wrong, leads whoever types it to choose another, and mails a link", async () => {
    const one = await member();
    await type("users", "require-new-password", one.person.email, "--reason=leaked");
    expect(await isIn(one)).toBe(401);
    const typed = await gatehouse.visitor().signIn(one.person);
    const elsewhere = await gatehouse.visitor().signIn(newPerson()); // nobody's: the answer is the same
    const alert = ({ page }: typeof typed) => page.querySelector(".alert")?.outerHTML ?? "";
    expect([typed.status, alert(typed)]).toEqual([422, alert(elsewhere)]);
    expect(alert(typed)).toContain('href="/forgot-password"');
    const { reader, chosen } = await choosePassword(one.person.email, "an entirely new phrase");
    expect(chosen.status).toBe(303);
    expect((await reader.get("/api/session")).status).toBe(200);
  });
});

test("a link to get back in works once, and is printed nowhere", async () => {
  const { person, id } = await member();
  const done = await type("users", "link", person.email, "--reason=lost phone");
  expect(JSON.stringify(done)).not.toContain("token");
  expect(await lastEvent(id)).toMatchObject({ kind: "link_sent", actor: "operator", reason: "lost phone" });
  const first = await choosePassword(person.email, "another entirely new phrase");
  expect((await first.reader.get("/api/session")).status).toBe(200);
  const [, link] = await gatehouse.mailsTo(person.email); // the newest tells of the new password
  expect(link?.subject).toBe("Gatehouse: your link to get back in");
  expect((await gatehouse.visitor().get(linkIn(link?.text ?? "", "/reset-password"))).status).toBe(404);
});

describe("another address", () => {
  test("is in lower case and unconfirmed, the old one is warned, and can undo it", async () => {
    const one = await member();
    const to = `New.${one.person.email}`;
    await type("users", "set-email", one.person.email, to.toUpperCase(), "--reason=asked for");
    expect(await isIn(one)).toBe(401);
    expect(await gatehouse.rows(`select email, email_verified from "user" where id = $1`, [one.id])).toEqual([
      { email: to.toLowerCase(), email_verified: false },
    ]);
    expect(await subjects(to.toLowerCase())).toEqual(["Gatehouse: confirm your email address"]);
    const [warning] = await gatehouse.mailsTo(one.person.email);
    const token = tokenOf(warning?.text ?? "", "/undo-email");
    expect((await gatehouse.visitor().post("/undo-email", { token })).status).toBe(303);
    expect(await gatehouse.rows(`select email from "user" where id = $1`, [one.id])).toEqual([
      { email: one.person.email },
    ]);
  });

  test("is refused where somebody has it, or it is none", async () => {
    const [one, other] = [await member(), await member()];
    const refused = (to: string) => refusal("users", "set-email", one.person.email, to);
    expect(await refused(other.person.email.toUpperCase())).toContain("Somebody has this email address already");
    expect(await refused("not an address")).not.toBe("");
    expect(await refused(one.person.email)).not.toBe("");
    expect(await isIn(one)).toBe(200);
  });
});

describe("another address", () => {
  test("is confirmed by its mail in the browser of its owner, or by whoever knows it", async () => {
    const one = await member();
    const to = `moved.${one.person.email}`;
    await type("users", "set-email", one.person.email, to);
    await one.visitor.signIn({ ...one.person, email: to });
    const [mail] = await gatehouse.mailsTo(to);
    const token = tokenOf(mail?.text ?? "", "/verify-email");
    await one.visitor.post("/verify-email", { token });
    expect(await refusal("users", "confirm", to)).toContain("confirmed already");
    const other = await member({ isConfirmed: false });
    await type("users", "resend", other.person.email);
    expect(await subjects(other.person.email)).toContain("Gatehouse: confirm your email address");
    await type("users", "confirm", other.person.email);
    expect(await lastEvent(other.id)).toMatchObject({ kind: "email_verified", actor: "operator" });
    expect(await refusal("users", "resend", other.person.email)).toContain("confirmed already");
  });
});

describe("an account that is made for somebody", () => {
  test("has no password until its owner chooses one by mail, and keeps the name that it was given", async () => {
    const email = `made.${newPerson().email}`;
    const { facts } = await type("users", "add", email.toUpperCase(), "--name=Grace Hopper");
    const { reader, chosen } = await choosePassword(email, "a phrase of her own making");
    expect(chosen.status).toBe(303);
    expect(await (await reader.get("/api/session")).text).toContain('"name":"Grace Hopper"');
    expect(await gatehouse.rows(`select email_verified from "user" where id = $1`, [facts.id])).toEqual([
      { email_verified: true },
    ]);
    expect(await refusal("users", "add", email)).toContain("Somebody has this email address already");
    expect(await refusal("users", "add", "nonsense", "--name=X")).not.toBe("");
  });
});

test("an invitation is mailed, listed, sent again and ended", async () => {
  const { email } = newPerson();
  const { facts } = await type("users", "invite", email.toUpperCase(), "--language=de", "--reason=hired");
  expect((await gatehouse.mailsTo(email))[0]?.text).toContain("invitation");
  expect((await type("users", "invitations")).said).toContain(`${email}  waiting`);
  expect((await type("users", "invite", email)).facts.id).not.toBe(facts.id);
  expect((await type("users", "uninvite", email)).said).toBe("The invitation works no longer.");
  expect(await refusal("users", "uninvite", email)).not.toBe("");
  expect(await refusal("users", "invite", email, "--language=xx")).toContain("--language: write one of en, de,");
  const { person } = await member();
  expect(await refusal("users", "invite", person.email)).not.toBe("");
});

describe("deleting somebody", () => {
  test("at once leaves an event with the id and why, and nothing else", async () => {
    const one = await member();
    expect((await type("users", "delete", one.person.email, "--now", "--reason=asked")).said).toBe(
      "The account is deleted.",
    );
    expect(await isIn(one)).toBe(401);
    expect(
      await gatehouse.rows("select user_id, actor, reason from gatehouse.event where subject = $1", [one.id]),
    ).toEqual([{ user_id: null, actor: "operator", reason: "asked" }]);
    expect(await refusal("users", "show", one.id)).toBe("Nobody has this email address or id.");
    expect(await refusal("users", "suspend", one.person.email)).toBe("Nobody has this email address or id.");
  });

  test("with the week closes the account, tells its owner, and lets them keep it", async () => {
    const one = await member();
    expect((await type("users", "delete", one.person.email)).said).toContain("unless its owner keeps it");
    expect(await isIn(one)).toBe(401);
    expect((await gatehouse.mailsTo(one.person.email))[0]?.text).toMatch(/ deleted on .+ at \S+ [AP]M UTC, with/);
    expect((await type("users", "show", one.id)).said).toContain("will be deleted at");
  });
});

test("an export is the owner's own, and an event", async () => {
  const one = await member();
  const { said, facts } = await type("users", "export", one.person.email, "--reason=asked");
  expect(JSON.parse(said)).toMatchObject({ profile: { id: one.id }, sessions: [{}] });
  expect(facts.data).toEqual(JSON.parse(said));
  expect(said).not.toMatch(/argon2|token/);
  expect(await lastEvent(one.id)).toMatchObject({ kind: "data_exported", actor: "operator", reason: "asked" });
});

test("where there is no mail, what needs it is refused, and nothing is done", async () => {
  const off = {
    ...gatehouse.given,
    config: { ...gatehouse.given.config, mail: { ...gatehouse.given.config.mail, isOn: false } },
  };
  const one = await member();
  for (const verb of ["link", "require-new-password", "resend", "add", "invite"])
    await expect((await administration.verbs?.())?.users?.(off, verb, one.person.email)).rejects.toThrow("MAIL=off");
  expect(await isIn(one)).toBe(200);
});

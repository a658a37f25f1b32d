import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { administration } from "../../src/capabilities/administration/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { newFactorOwner } from "../support/authenticator-app";
import { giveRole } from "../support/golden";
import { startGatehouse, type Gatehouse, type Visitor } from "../support/harness";
import { linkIn } from "../support/mails";

/** What others do to an account is told in the language of the pages when its owner last signed in. */

const settings = { GATEHOUSE_LANGUAGES: "en,de-formal,fr" };
const reason = "ticket 7";

let gatehouse: Gatehouse;
let admin: Visitor;
beforeAll(async () => {
  gatehouse = await startGatehouse(settings, undefined, [twoFactor, administration]);
  admin = gatehouse.visitor();
  const { email } = await admin.join();
  await idOf(email);
  await giveRole(gatehouse, email);
});
afterAll(() => gatehouse.close());
beforeEach(() => gatehouse.rows("delete from gatehouse.throttle"));

async function idOf(email: string) {
  const confirm = `update "user" set email_verified = true where email = $1 returning id`;
  return (await gatehouse.rows<{ id: string }>(confirm, [email]))[0]?.id ?? "";
}

function reader(language: string): Visitor {
  const visitor = gatehouse.visitor();
  visitor.cookies.set("gatehouse.language", language);
  return visitor;
}

/** Somebody who has confirmed, and reads this language. */
async function member(language: string) {
  const person = await reader(language).join();
  const id = await idOf(person.email);
  return { ...person, id, path: `/admin/people/${id}` };
}

/** The language of the newest mail to an address, and its text. */
async function newestTo(email: string) {
  const [mail] = await gatehouse.mailsTo(email);
  return { language: /<html lang="([\w-]+)"/.exec(mail?.html ?? "")?.[1], text: mail?.text ?? "" };
}

const verb = async (name: string, ...typed: string[]) =>
  (await administration.verbs?.())?.[name]?.(gatehouse.given, ...typed);

test("an act from a page, with its day, whatever the administrator reads", async () => {
  const person = await member("fr");
  await admin.post(`${person.path}/suspend`, { reason, until: "2100-02-03" });
  const suspended = await newestTo(person.email);
  expect([suspended.language, suspended.text.includes("février 2100")]).toEqual(["fr", true]);
  await admin.post(`${person.path}/resume`, { reason });
  expect((await newestTo(person.email)).language).toBe("fr");
  await admin.post(`${person.path}/delete`, { reason });
  const deleted = await newestTo(person.email);
  const month = new Intl.DateTimeFormat("fr", { month: "long" }).format(Date.now() + 7 * 24 * 60 * 60 * 1000);
  expect([deleted.language, deleted.text.includes(month)]).toEqual(["fr", true]);
});

test("an account that is deleted at once, and all that was known with it", async () => {
  const person = await member("fr");
  await admin.post(`${person.path}/delete`, { reason, now: "on" });
  expect((await newestTo(person.email)).language).toBe("fr");
});

test("a second factor that an operator takes off", async () => {
  const { person } = await newFactorOwner(gatehouse);
  await gatehouse.rows("update gatehouse.user_language set language = 'fr'");
  await (await twoFactor.verbs?.())?.["second-factor"]?.(gatehouse.given, "off", person.email);
  expect((await newestTo(person.email)).language).toBe("fr");
});

/** The language of a mail that an operator causes now. */
async function sentTo({ email }: { email: string }) {
  await gatehouse.rows("delete from gatehouse.throttle");
  await verb("users", "link", email);
  return (await newestTo(email)).language;
}

test("the last sign-in decides, in a browser that is known too", async () => {
  const person = await member("fr");
  expect(await sentTo(person)).toBe("fr");
  const german = reader("de");
  await german.signIn(person);
  expect(await sentTo(person)).toBe("de");
  await german.post("/sign-out", {});
  german.cookies.set("gatehouse.language", "en");
  await german.signIn(person);
  expect(await sentTo(person)).toBe("en");
});

test("a language that is not offered any more: the one of its tongue, or the first", async () => {
  const person = await member("fr");
  for (const [kept = "", language] of [
    ["de", "de"],
    ["es", "en"],
  ]) {
    await gatehouse.rows("update gatehouse.user_language set language = $1 where user_id = $2", [kept, person.id]);
    expect([kept, await sentTo(person)]).toEqual([kept, language]);
  }
  await gatehouse.rows("delete from gatehouse.user_language where user_id = $1", [person.id]);
  expect(await sentTo(person)).toBe("en");
});

test("whoever accepts an invitation is known by the language in which they did", async () => {
  await verb("users", "invite", "guest@example.org", "--reason=hired");
  const link = linkIn((await newestTo("guest@example.org")).text, "/invitation");
  const guest = reader("fr");
  await guest.submit(await guest.get(link), { name: "Guest", password: "a phrase of a guest" });
  expect(await sentTo({ email: "guest@example.org" })).toBe("fr");
});

test("whoever an operator adds is written to in the language that was typed, until they sign in", async () => {
  const email = "added@example.org";
  await verb("users", "add", email, "--language=fr");
  const first = await newestTo(email);
  expect([first.language, await sentTo({ email })]).toEqual(["fr", "fr"]);
  const added = reader("de");
  const { text } = await newestTo(email);
  await added.submit(await added.get(linkIn(text, "/reset-password")), { password: "a phrase of their own" });
  expect(await sentTo({ email })).toBe("de");
});

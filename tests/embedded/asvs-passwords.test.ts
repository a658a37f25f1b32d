import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import leaked from "@zxcvbn-ts/language-common/src/passwords.json";
import { newAccount, passwordChange, passwordReset } from "../../src/guard/fields";
import { createStrength } from "../../src/guard/strength";
import { linkIn } from "../support/mails";
import { newPerson, startGatehouse, type Gatehouse, type Got } from "../support/harness";

/** What the standard asks of passwords, and of an account's beginning. */

/** Passwords, sessions and accounts, held to what the standard asks beyond what a visitor's day shows. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());
const mailTo = async (email: string, subject = "") =>
  (await gatehouse.mailsTo(email)).find((mail) => mail.subject.includes(subject))?.text ?? "";
const forget = () => gatehouse.rows("delete from gatehouse.throttle");

/** The link for a new password that goes to an address. */
async function resetLink(email: string) {
  await forget();
  await gatehouse.visitor().post("/forgot-password", { email });
  return linkIn(await mailTo(email, "new password"), "/reset-password");
}

describe("a new database", () => {
  test("has nobody in it: no account comes with the program", async () => {
    const fresh = await startGatehouse();
    for (const table of [`"user"`, "account", "session"])
      expect([table, await fresh.rows(`select * from ${table}`)]).toEqual([table, []]);
    await fresh.close();
  });

  test("has no place for a hint or a secret question, and sign-up asks for none", async () => {
    const columns = await gatehouse.rows<{ name: string }>(
      // The secret of an authenticator app is no answer to a question.
      `select column_name as name from information_schema.columns
        where table_schema in ('public', 'gatehouse') and table_name <> 'authenticator_app'`,
    );
    expect(columns.length).toBeGreaterThan(40);
    expect(columns.filter(({ name }) => /hint|question|answer|secret/.test(name))).toEqual([]);
    const { page } = await gatehouse.visitor().get("/sign-up");
    expect(page.querySelectorAll("form input:not([type=hidden])").map((input) => input.getAttribute("name"))).toEqual([
      "name",
      "email",
      "password",
    ]);
  });
});

test("a password is typed unseen, and may be pasted or filled in, in each form that asks for one", async () => {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  const proof = async () => {
    await gatehouse.rows("update session set created_at = created_at - interval '16 minutes'");
    return visitor.post("/account/export", {});
  };
  const stranger = gatehouse.visitor();
  const forms: [path: string, got: Got, kinds: string[]][] = [
    ["/sign-in", await stranger.get("/sign-in"), ["current-password"]],
    ["/sign-up", await stranger.get("/sign-up"), ["new-password"]],
    ["/account/password", await visitor.get("/account/password"), ["current-password", "new-password"]],
    ["/reset-password", await stranger.get(await resetLink(person.email)), ["new-password"]],
    ["the fresh proof", await proof(), ["current-password"]],
  ];
  for (const [path, { page }, kinds] of forms) {
    const inputs = page
      .querySelectorAll("input")
      .filter((input) =>
        /password/.test(
          `${input.getAttribute("name")} ${input.getAttribute("autocomplete")} ${input.getAttribute("type")}`,
        ),
      );
    expect([path, inputs.map((input) => input.getAttribute("type"))]).toEqual([path, kinds.map(() => "password")]);
    expect([path, inputs.map((input) => input.getAttribute("autocomplete"))]).toEqual([path, kinds]);
    for (const input of inputs)
      expect([
        path,
        Object.keys(input.attributes).filter((name) => /^on|maxlength|minlength|pattern|readonly/.test(name)),
      ]).toEqual([path, []]);
    expect([path, page.querySelectorAll("input[autocomplete=username], input[type=email]").length]).toEqual([path, 1]);
  }
});

test("a password is refused when it is one of the 3,000 leaked most often, at all three doors", async () => {
  const commonest = leaked.filter((password) => [...password].length >= 8).slice(0, 3000);
  expect(commonest).toHaveLength(3000);
  for (const known of ["password1", "baseball", "football", "superman"]) expect(commonest).toContain(known);
  const owner = { name: "Nobody Else", email: "somebody@example.org" };
  const judges = { config: { brand: { name: "Acme" } }, strength: createStrength() };
  const client = { ip: "" };
  const doors = [
    newAccount(judges, client),
    passwordChange(owner, judges, client),
    passwordReset(owner, judges, client),
  ];
  const taken: string[] = [];
  for (const password of commonest.flatMap((given) => [given, given.toUpperCase()]))
    for (const door of doors)
      if ((await door.safeParseAsync({ ...owner, current: "x", password })).success) taken.push(password);
  expect(taken).toEqual([]);
});

test("a password may be made of whatever characters somebody likes", async () => {
  const passwords = [
    "onlysmallletters",
    "ONLYCAPITALLETTERS",
    "73190284615520",
    "!$%&/()=?*+#",
    "合言葉はひみつです。",
    "k q w z f p m d",
  ];
  const taken = passwords.map(async (password) => {
    const [visitor, person] = [gatehouse.visitor(), { ...newPerson(), password }];
    return [password, (await visitor.signUp(person)).status, (await visitor.signIn(person)).location];
  });
  expect(await Promise.all(taken)).toEqual(passwords.map((password) => [password, 303, "/account"]));
});

test("a password never grows too old: after three years it opens the door, and nobody asks for another", async () => {
  const [visitor, person] = [gatehouse.visitor(), newPerson()];
  await visitor.signUp(person);
  await gatehouse.rows(
    `update account set created_at = now() - interval '3 years', updated_at = now() - interval '3 years'
       where user_id = (select id from "user" where email = $1)`,
    [person.email],
  );
  await gatehouse.rows(
    `update "user" set created_at = now() - interval '3 years', updated_at = now() - interval '3 years'
       where email = $1`,
    [person.email],
  );
  expect((await visitor.signIn(person)).location).toBe("/account");
  expect((await visitor.get("/account")).status).toBe(200);
});

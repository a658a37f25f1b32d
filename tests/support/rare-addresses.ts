import { expect } from "bun:test";
import { newPerson, type Gatehouse, type Got, type Person, type Visitor } from "./harness";
import { codeIn, linkIn } from "./mails";

/** Addresses that are rarer than most: HTML takes them, so whoever has one gets in by every door. */
export const rareAddresses = [
  "a..b@docomo.ne.jp",
  "ab.@docomo.ne.jp",
  ".ab@docomo.ne.jp",
  "...@example.org",
  "!x#y@example.org",
  "x'@example.org",
  "{|}~^`*$%&/@example.org",
  "=?utf-8?q?x?=@example.org",
  "a%b!c@example.org",
  "-a@example.org",
  "a&lt@example.org",
  "a&amp;@example.org".replace(";", ""),
  "x@example.xn--p1ai",
  "ada@xn--mnchen-3ya.de",
  "x@a.b-c.xn--fiqs8s",
  `${"#".repeat(64)}@example.org`,
];

/** Asks Better Auth's API. */
export const callApi = (visitor: Visitor, path: string, body: object): Promise<Got> =>
  visitor.send(`/api/auth${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { origin: visitor.origin, "content-type": "application/json" },
  });

const newestTo = async (gatehouse: Gatehouse, address: string) => (await gatehouse.mailsTo(address))[0]?.text ?? "";

async function expectIn(visitor: Visitor, { email }: Pick<Person, "email">) {
  const { user } = JSON.parse((await visitor.get("/api/session")).text);
  expect([user?.email, JSON.parse((await visitor.get("/api/auth/get-session")).text)?.user.email]).toEqual([
    email,
    email,
  ]);
}

/** What whoever has such an address does. */
export const waysOfRare: Record<string, (gatehouse: Gatehouse, email: string) => Promise<void>> = {
  async "signs up, confirms, signs in and chooses a new password by the pages"(gatehouse, email) {
    const [visitor, person] = [gatehouse.visitor(), { ...newPerson(), email }];
    const verify = await visitor.get((await visitor.signUp({ ...person, email: email.toUpperCase() })).location ?? "");
    expect(verify.page.querySelector("[name=email]")?.getAttribute("value")).toBe(email);
    const signIn = await visitor.get("/sign-in");
    expect(signIn.page.querySelector("#email")?.getAttribute("value")).toBe(email);
    const confirmed = await visitor.submit(verify, { code: codeIn(await newestTo(gatehouse, email)) });
    expect(confirmed.location).toBe("/account?notice=email_verified");
    await expectIn(visitor, person);
    await visitor.post("/sign-out", {});
    expect((await visitor.submit(signIn, { password: person.password })).status).toBe(303);
    await expectIn(visitor, person);
    await gatehouse.rows("delete from gatehouse.throttle");
    await gatehouse.visitor().post("/forgot-password", { email });
    const reset = await visitor.get(linkIn(await newestTo(gatehouse, email), "/reset-password"));
    expect((await visitor.submit(reset, { password: "another good phrase" })).status).toBe(303);
    expect((await gatehouse.visitor().signIn({ email, password: "another good phrase" })).status).toBe(303);
  },
  async "signs up and in by the API, and by no other spelling"(gatehouse, rareOne) {
    const person = { ...newPerson(), email: rareOne.replace("@", "@api.") };
    const visitor = gatehouse.visitor();
    const made = await callApi(visitor, "/sign-up/email", person);
    expect([made.status, JSON.parse(made.text).user?.email]).toEqual([200, person.email]);
    const known = await callApi(visitor, "/sign-up/email", person);
    expect([known.status, JSON.parse(known.text).user?.email]).toEqual([200, person.email]);
    expect((await callApi(visitor, "/sign-in/email", person)).status).toBe(200);
    await expectIn(visitor, person);
    const other = { ...person, email: `x${person.email}`.replace("x#", "x") };
    expect((await callApi(gatehouse.visitor(), "/sign-in/email", other)).status).toBe(401);
  },
  async "moves an account there, and back"(gatehouse, rareOne) {
    const email = rareOne.replace("@", "@moved.");
    const [visitor, person] = [gatehouse.visitor(), newPerson()];
    await visitor.join(person);
    await visitor.submit(await visitor.get("/account/email"), { email });
    const confirm = async (to: string) =>
      visitor.submit(await visitor.get(linkIn(await newestTo(gatehouse, to), "/confirm-email")), {});
    expect((await confirm(email)).status).toBe(303);
    await expectIn(visitor, { ...person, email });
    await gatehouse.rows("delete from gatehouse.throttle");
    await visitor.submit(await visitor.get("/account/email"), { email: person.email });
    expect((await confirm(person.email)).status).toBe(303);
    await expectIn(visitor, person);
  },
};

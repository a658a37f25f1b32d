import { afterAll, beforeAll, expect, test } from "bun:test";
import { linkIn } from "../support/mails";
import { newPerson, startGatehouse, type Gatehouse, type Person, type Visitor } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({ TRUSTED_ORIGINS: "https://docs.example.com" });
});
afterAll(() => gatehouse.close());

const target = "https://docs.example.com/guide?page=2#install";
const withTarget = (path: string) => `${path}?return_to=${encodeURIComponent(target)}`;
const mailTo = async ({ email }: Person) => (await gatehouse.mailsTo(email))[0]?.text ?? "";
const emailOn = async (visitor: Visitor, path: string) =>
  (await visitor.get(path)).page.querySelector("#email")?.getAttribute("value");

/** Signs in on the page that an answer led to, as it stands there. */
const goOn = async (visitor: Visitor, location: string | null, { password }: Pick<Person, "password">) =>
  (await visitor.submit(await visitor.get(location ?? ""), { password })).location;

test("where one was going: a confirming link leads on to the very heading, and no mail names it", async () => {
  const [visitor, person] = [gatehouse.visitor(), newPerson()];
  await visitor.submit(await visitor.get(withTarget("/sign-up")), { ...person });
  const mail = await mailTo(person);
  expect(mail).not.toContain("docs.example.com");
  const confirmed = await visitor.submit(await visitor.get(linkIn(mail, "/verify-email")), {});
  expect(confirmed.location).toBe("/sign-in?notice=email_verified");
  expect(await goOn(visitor, confirmed.location, person)).toBe(target);
  expect((await visitor.get("/sign-in")).location).toBe("/account"); // it leads there once
});

test("where one was going: a forgotten password leads on there, by the pages and by the mail's link", async () => {
  const [visitor, person] = [gatehouse.visitor(), newPerson()];
  await gatehouse.visitor().signUp(person);
  await gatehouse.rows("delete from gatehouse.throttle");
  const signIn = await visitor.get(withTarget("/sign-in"));
  const forgot = signIn.page.querySelector("a[href^='/forgot-password']")?.getAttribute("href") ?? "";
  const asked = await visitor.submit(await visitor.get(forgot.replaceAll("&amp;", "&")), { email: person.email });
  expect(asked.location).toBe(`/forgot-password?notice=reset_asked&return_to=${encodeURIComponent(target)}`);
  const mail = await mailTo(person);
  expect(mail).not.toContain("docs.example.com");
  const page = await visitor.get(linkIn(mail, "/reset-password"));
  const password = "a brand new passphrase";
  const reset = await visitor.submit(page, { password });
  expect(reset.location).toBe(target);
});

test("where one was going: another language and another tab lead on there", async () => {
  const [visitor, person] = [gatehouse.visitor(), newPerson()];
  const german = await visitor.get(`${withTarget("/sign-up")}&lang=de`);
  await visitor.submit(
    await visitor.get(new URL(german.location ?? "").pathname + new URL(german.location ?? "").search),
    { ...person },
  );
  expect(await goOn(visitor, "/sign-in?lang=de", person).catch(() => "switched")).toBe("switched");
  expect(await goOn(visitor, "/sign-in", person)).toBe(target);
});

test("where one was going: a forged cookie, or a place that is trusted no more, leads to the account", async () => {
  const [visitor, person] = [gatehouse.visitor(), newPerson()];
  await visitor.submit(await visitor.get(withTarget("/sign-up")), { ...person });
  const value = visitor.cookies.get("gatehouse.return-to") ?? "";
  const evil = Buffer.from("https://evil.example/").toString("base64url");
  visitor.cookies.set("gatehouse.return-to", `${evil}.${value.split(".")[1]}`);
  expect(await goOn(visitor, "/sign-in", person)).toBe("/account");
  const later = await startGatehouse(); // of the same secret, and without the trusted origin
  const returned = later.visitor();
  await returned.signUp(person);
  returned.cookies.set("gatehouse.return-to", value);
  expect(await goOn(returned, "/sign-in", person)).toBe("/account");
  await later.close();
});

test("where one was going: a place that is too long as browsers write it makes no dead link", async () => {
  for (const [letter, length] of [
    ["文", 700],
    ["&", 2000],
  ] as const) {
    const visitor = gatehouse.visitor();
    const page = await visitor.get(`/sign-in?return_to=${encodeURIComponent(`/account?${letter.repeat(length)}`)}`);
    const links = page.page
      .querySelectorAll("a[href^='/'][href*='return_to']")
      .map((link) => link.getAttribute("href") ?? "");
    for (const link of links) expect((await visitor.get(link.replaceAll("&amp;", "&"))).status).toBe(200);
    expect(links.length > 0).toBe(letter === "&");
  }
});

test("the address that was typed: is there on the next page, after a refusal and a confirming link too", async () => {
  const [visitor, person] = [gatehouse.visitor(), newPerson()];
  await visitor.signUp(person);
  const [link, stranger] = [linkIn(await mailTo(person), "/verify-email"), gatehouse.visitor()];
  await stranger.signIn({ ...person, password: "some other passphrase" });
  for (const path of ["/forgot-password", "/sign-up", "/sign-in"])
    expect(await emailOn(stranger, path)).toBe(person.email);
  visitor.cookies.delete("gatehouse.address"); // an hour later
  const page = await visitor.get(link);
  expect(page.page.text).toContain(person.email);
  await visitor.submit(page, {});
  expect(await emailOn(visitor, "/sign-in")).toBe(person.email);
});

test("a forgotten password: the page says where to look, for whom, and asks again for the same address", async () => {
  const visitor = gatehouse.visitor();
  const asked = await visitor.post("/forgot-password", { email: "nobody.knows@example.org" });
  const page = await visitor.get(asked.location ?? "");
  expect(page.page.querySelector("h1")?.text).toBe("Check your inbox");
  expect(page.page.text).toContain("nobody.knows@example.org");
  const early = await visitor.submit(page, {});
  expect([early.status, early.page.querySelector("h1")?.text]).toEqual([429, "Check your inbox"]);
  expect(early.page.querySelector("main [role=alert]")).toBeNull(); // no accusation
  expect(early.page.querySelector("[role=status][data-wait]")?.text).toMatch(/Try again in \d+ seconds\./);
});

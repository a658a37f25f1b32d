import { afterAll, beforeAll, expect, test } from "bun:test";
import { readConfig } from "../../src/settings/config";
import { newPerson, startGatehouse, type Gatehouse } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({
    GATEHOUSE_HOME_URL: "https://docs.example.com/start?a=1&lt=2",
    GATEHOUSE_HOME_NAME: 'Acme "Docs" <b>',
    GATEHOUSE_LINKS:
      "Privacy=https://example.com/privacy?a=b, Imprint=http://localhost:4000/, constructor=https://example.com/c",
  });
});
afterAll(() => gatehouse.close());

test("the way back to the product stands on every page, and its name is text", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join();
  const account = await visitor.get("/account/password");
  const back = account.page.querySelector(".bar .button");
  expect(back?.getAttribute("href")).toBe("https://docs.example.com/start?a=1&lt=2");
  expect(back?.text.trim()).toBe('Back to Acme "Docs" <b>');
  const signIn = await gatehouse.visitor().get("/sign-in");
  expect(signIn.page.querySelector("a.brand")?.getAttribute("href")).toBe("https://docs.example.com/start?a=1&lt=2");
});

test("the operator's links stand at the end of a page, and below sign-up too", async () => {
  const { page } = await gatehouse.visitor().get("/sign-up");
  const linksIn = (where: string) =>
    page.querySelectorAll(`${where} a`).map((link) => [link.text, link.getAttribute("href")]);
  const links = [
    ["Privacy", "https://example.com/privacy?a=b"],
    ["Imprint", "http://localhost:4000/"],
    ["constructor", "https://example.com/c"],
  ];
  expect(linksIn("footer").slice(-3)).toEqual(links);
  expect(linksIn(".terms")).toEqual(links);
});

test("the usual ones are called by their names in the reader's language", async () => {
  const { page } = await gatehouse.visitor().get("/sign-up", { "accept-language": "de" });
  const labels = page.querySelectorAll(".terms a").map(({ text }) => text);
  expect(labels).toEqual(["Datenschutz", "Impressum", "constructor"]);
});

test("every page of the account shows whose it is", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join({ name: "Ada Lovelace", email: "ada.shown@example.org", password: "correct horse battery" });
  for (const path of ["email", "password", "sessions", "activity", "export", "delete"])
    expect((await visitor.get(`/account/${path}`)).page.querySelector(".bar .avatar")?.text).toBe("AL");
});

test("local mode leads to the mails it keeps, but nobody who comes through a proxy", async () => {
  const mailbox = async (headers = {}) =>
    (await gatehouse.visitor().get("/sign-in", headers)).page.querySelector(".strip a")?.getAttribute("href");
  expect(await mailbox()).toBe("/dev/mail");
  expect(await mailbox({ "x-forwarded-for": "203.0.113.7" })).toBeUndefined();
});

test("the way back is named after its host where it has no other name", () => {
  expect(readConfig({ GATEHOUSE_HOME_URL: "https://docs.example.com/a" }).home?.name).toBe("docs.example.com");
  expect(readConfig({}).home).toBeUndefined();
  expect(() => readConfig({ GATEHOUSE_HOME_NAME: "Acme" })).toThrow("GATEHOUSE_HOME_NAME: ");
});

test("a name of flags has one for its initial", async () => {
  const visitor = gatehouse.visitor();
  await visitor.join({ ...newPerson(), name: "🇩🇪 🇫🇷" });
  expect((await visitor.get("/account")).page.querySelector(".bar .avatar")?.text).toBe("🇩🇪🇫🇷");
});

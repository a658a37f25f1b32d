import { afterAll, beforeAll, expect, test } from "bun:test";
import { parse } from "node-html-parser";
import { letterText } from "../../views/mail/letter";
import { LetterHtml } from "../../views/mail/letter-html";
import { lookOfMails } from "../../views/mail/look";
import { linkIn } from "../support/mails";
import { newPerson, startGatehouse, type Gatehouse } from "../support/harness";

/** How mails look: complete as text, readable without a style, nothing from another server. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({ GATEHOUSE_SUPPORT_URL: "mailto:help@example.com", GATEHOUSE_ACCENT: "#e11d48" });
});
afterAll(() => gatehouse.close());

const newestTo = async (address: string) => {
  const [mail] = await gatehouse.mailsTo(address);
  if (!mail) throw new Error("No mail came.");
  return mail;
};

test("a mail with a code names it in its subject, and says that nobody will ask for it", async () => {
  const person = await gatehouse.visitor().join();
  const { subject, text, html } = await newestTo(person.email);
  const [code = ""] = /^\d{6}/.exec(subject) ?? [];
  expect(subject).toBe(`${code} is your Gatehouse code`);
  for (const part of [text, parse(html).text]) {
    expect(part).toContain(code);
    expect(part).toContain("We’ll never ask you for this code");
    expect(part).toContain(new URL(gatehouse.origin).host);
  }
  expect(text).toContain("help@example.com");
  expect(parse(html).querySelector('a[href="mailto:help@example.com"]')).not.toBeNull();
});

test("no title of a page or a mail ends a line with the E- of an E-Mail", async () => {
  for (const [language, unbroken] of [
    ["de", "E\u2011Mail"],
    ["fr", "e\u2011mail"],
  ] as const) {
    const visitor = gatehouse.visitor();
    visitor.cookies.set("gatehouse.language", language);
    const person = newPerson();
    const { email } = person;
    const titleOf = async (path: string) => (await visitor.get(path)).page.querySelector("h1")?.text;
    await visitor.signUp(person);
    expect(await titleOf("/verify-email")).toContain(unbroken);
    await visitor.signIn(person);
    expect(await titleOf("/account/email")).toContain(unbroken);
    await visitor.post("/account/email", { email: `new.${email}` });
    const { subject, html } = await newestTo(`new.${email}`);
    expect([subject, parse(html).querySelector("h1")?.text]).toEqual([
      expect.stringMatching(/e-mail/i),
      expect.stringContaining(unbroken),
    ]);
  }
});

test("a mail says why it was sent: also to whoever may have no account", async () => {
  const visitor = gatehouse.visitor();
  const { email } = await visitor.join();
  await visitor.post("/account/email", { email: `new.${email}` });
  for (const address of [email, `new.${email}`])
    expect((await newestTo(address)).text).toContain("because someone entered this email address at Gatehouse.");
});

test("a warning has its facts in a table, and a button for a reader who did not do it", async () => {
  const person = await gatehouse.visitor().join();
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
  await gatehouse.visitor().signIn(person);
  const { text, html } = await newestTo(person.email);
  const page = parse(html);
  const facts = page.querySelectorAll("th").map((label) => [label.text, label.nextElementSibling?.text ?? ""]);
  expect(facts.map(([label]) => label)).toEqual(["Device", "IP address", "Time"]);
  for (const [label, value] of facts) expect(text).toContain(`${label}: ${value}`);
  expect(facts[2]?.[1]).toEndWith(" UTC");
  expect(text).toContain("because of activity on your Gatehouse account.");
  const url = gatehouse.origin + linkIn(text, "/not-me");
  expect(page.querySelector(`a[href="${url}"]`)?.text).toBe("Secure my account");
});

test("a mail in HTML wears the accent, shows no URL, and has its styles where none drops them", async () => {
  const person = await gatehouse.visitor().join();
  const { html } = await newestTo(person.email);
  const page = parse(html);
  const button = page.querySelectorAll("a").find((link) => link.text === "Confirm email address");
  expect(button?.getAttribute("style")).toContain("background-color:#e11d48");
  expect(page.querySelector("body")?.text).not.toContain("http");
  expect(html).not.toMatch(/<img|<link|<script|\bsrc=|url\(|@import/i);
  for (const element of page.querySelectorAll("p, h1, th, td[class], a"))
    expect(element.getAttribute("style")).toBeTruthy();
  expect(page.querySelectorAll("style")).toHaveLength(1);
  expect(page.querySelector("style")?.text.trim()).toStartWith("@media (prefers-color-scheme: dark)");
});

test("the mark stays a square beside a name of several lines: it does not grow with the row of its table", async () => {
  await gatehouse.visitor().join({ name: "Ada", email: "square@example.org", password: "correct horse battery" });
  const mark = parse((await newestTo("square@example.org")).html).querySelector(".on-accent[aria-hidden]");
  expect([mark?.text, mark?.tagName]).toEqual(["G", "DIV"]);
});

test("a mail keeps the lines in which somebody wrote, in HTML too", async () => {
  const letter = { language: "en", brand: "Acme", subject: "Hello", lines: ["Call us.\n9 to 5."], footer: "Bye" };
  const html = String(await LetterHtml({ letter, look: lookOfMails("#e11d48") }));
  const paragraph = parse(html).querySelector("p");
  expect(paragraph?.text).toBe("Call us.\n9 to 5.");
  expect(paragraph?.getAttribute("style")).toContain("white-space:pre-line");
  expect(letterText(letter)).toStartWith("Call us.\n9 to 5.\n\n");
});

test("the text of a mail names who helps by the address alone, also where the link has a subject", () => {
  const letter = { language: "en", brand: "Acme", subject: "Hello", lines: ["Hi."], footer: "Bye" };
  const textOf = (url: string) => letterText({ ...letter, support: { label: "Contact support", url } });
  expect(textOf("mailto:help@example.com?subject=Help%20me")).toEndWith("Contact support:\nhelp@example.com\n");
  expect(textOf("https://example.com/help?from=mail")).toEndWith("\nhttps://example.com/help?from=mail\n");
});

test.each(["javascript:alert(1)", "http://example.com/help", "help@example.com", "https://user:secret@example.com"])(
  "the address of help may not be %s",
  async (url) => {
    await expect(startGatehouse({ GATEHOUSE_SUPPORT_URL: url })).rejects.toThrow("GATEHOUSE_SUPPORT_URL: must be");
  },
);

import { afterAll, beforeAll, expect, test } from "bun:test";
import { codeIn, linkIn } from "../../support/mails";
import { newPerson } from "../../support/harness";
import { expectOneEach, headerOf, headersOf, partOf, type KeptMail } from "../../support/mail-server";
import { send } from "../../support/traffic";
import { addMembers, askForLink, inOutbox, signUp, startHouses, untilSent, type House, type Houses } from "./houses";

/** What is asked for arrives as one mail at one address, and carries nothing of a stranger. */

let houses: Houses;
let house: House;
beforeAll(async () => {
  houses = await startHouses();
  house = await houses.start();
});
afterAll(() => houses.remove());

test("a mail goes to one recipient, with the same link and code in text and HTML, and nothing to load", async () => {
  const person = newPerson();
  const { from, to, raw, cookie } = await signUp(house, person);
  expect([from, to]).toEqual(["login@example.com", [person.email]]);
  const [text, html] = [partOf(raw, "text/plain"), partOf(raw, "text/html")];
  const [code, link] = [codeIn(text), house.program.origin + linkIn(text, "/verify-email")];
  expect([code, link]).toEqual([expect.stringMatching(/^\d{6}$/), expect.stringMatching(/\?token=[\w-]{43}$/)]);
  for (const shown of [`>${code}<`, `href="${link}"`]) expect(html).toContain(shown);
  expect(html).not.toMatch(/<img|<link|<script|\bsrc=|url\(|@import/i);
  const said = ["from", "to", "cc", "bcc", "subject", "auto-submitted"].flatMap((name) =>
    headersOf(raw)
      .filter(([known]) => known === name)
      .map(([, value]) => value),
  );
  expect(said).toEqual(["Acme <login@example.com>", person.email, `${code} is your Acme code`, "auto-generated"]);
  expect(
    (await send(house.program, "POST /verify-email", { fields: { email: person.email, code }, cookie })).location,
  ).toBe("/account?notice=email_verified");
});

test("a mail goes to the one address it was asked for, whatever that is made of", async () => {
  const hostile = [
    "o'brien+tag@example.org",
    "--a_b--@example.org",
    "+bcc+x.y@example.org",
    "_'_+-_@a-b.example.org",
    `${"a".repeat(64)}@example.org`,
  ];
  await addMembers(house, hostile);
  const before = house.server.mails.length;
  for (const email of hostile) expect((await askForLink(house, email)).status).toBe(303);
  await untilSent(house);
  const arrived = house.server.mails.slice(before);
  expect(expectOneEach(arrived, hostile)).toBe(0);
  for (const { to, raw } of arrived) expect(headerOf(raw, "to")).toBe(to.join());
  expect((await signUp(house, { ...newPerson(), email: "o'brien+tag@example.org" })).to).toEqual([
    "o'brien+tag@example.org",
  ]);
});

test("a mail does not carry the name that a stranger typed, and no header of theirs", async () => {
  const headersIn = ({ raw }: KeptMail) => headersOf(raw).map(([header]) => header);
  const usual = headersIn(await signUp(house));
  for (const name of [
    `"><script>alert(1)</script>`,
    "=?utf-8?q?x?=",
    "Bcc: eve@example.org",
    "%0d%0aBcc: eve@example.org",
  ]) {
    const mail = await signUp(house, { ...newPerson(), name });
    expect([mail.to.length, headersIn(mail)]).toEqual([1, usual]);
    const shown = [mail.raw, partOf(mail.raw, "text/plain"), partOf(mail.raw, "text/html")].join();
    for (const word of [name, "alert(1)", "eve@"]) expect(shown).not.toContain(word);
  }
  expect(
    (await send(house.program, "POST /sign-up", { fields: { ...newPerson(), name: "Ada\r\nBcc: eve@example.org" } }))
      .status,
  ).toBe(422);
});

test("with MAIL=off there is no page that needs mail, no link to one, and no mail", async () => {
  const off = await houses.start({ MAIL: "off" });
  const { program, server } = off;
  for (const path of [
    "/forgot-password",
    "/reset-password",
    "/verify-email",
    "/confirm-email",
    "/undo-email",
    "/not-me",
  ]) {
    expect([path, (await send(program, `GET ${path}?token=x`)).status]).toEqual([path, 404]);
    expect([
      path,
      (await send(program, `POST ${path}`, { fields: { email: "a@example.org", token: "x" } })).status,
    ]).toEqual([path, 404]);
  }
  expect((await send(program, "POST /sign-up", { fields: { ...newPerson() } })).location).toBe(
    "/sign-in?notice=signed_up",
  );
  expect(await (await fetch(`${program.origin}/sign-in`)).text()).not.toContain("forgot-password");
  expect([await inOutbox(off), server.mails]).toEqual([[], []]);
});

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { createServer } from "node:net";
import { codeIn } from "../support/mails";
import { newPerson, startGatehouse, type Gatehouse } from "../support/harness";
import { callApi, rareAddresses, waysOfRare } from "../support/rare-addresses";

/** People whose address is rarer than most, and what is no address. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());
beforeEach(() => gatehouse.rows("delete from gatehouse.throttle"));

const newestTo = async (address: string) => (await gatehouse.mailsTo(address))[0]?.text ?? "";

/** Each address goes one of the ways, so that each way has a third of them: `test:long` has all go all. */
for (const [place, [way, go]] of Object.entries(waysOfRare).entries())
  test.each(rareAddresses.filter((_, at) => at % 3 === place))(
    `whoever has an address that HTML takes ${way}: %s`,
    (email) => go(gatehouse, email),
  );

/** What HTML takes for no email, or no mail server can have. */
const noEmails = [
  "a@b",
  "a@localhost",
  "a@1.2.3.4",
  "a@[127.0.0.1]",
  "a@b.c",
  "a@b.123",
  "a@b.xn--",
  "a@b.xn--a-",
  "a@b..org",
  "a@-b.org",
  "a@b-.org",
  "a@b_c.org",
  "@b.org",
  "a",
  "a@",
  "a@@b.org",
  'a"b@c.org',
  '"a b"@c.org',
  "a b@c.org",
  "a,b@c.org",
  "a;b@c.org",
  "a:b@c.org",
  "a\\b@c.org",
  "a(b)@c.org",
  "a<b>@c.org",
  "a[b]@c.org",
  "\u00e4@c.org",
  "a@m\u00fcnchen.de",
  "a@c.org\n",
  "\u212aa@c.org",
  `${"a".repeat(65)}@c.org`,
  `a@${"b".repeat(64)}.org`,
  `a@${"b.".repeat(126)}org`,
];

test("what is no address to HTML, or none on the internet, is none by page and by API", async () => {
  for (const email of noEmails) {
    const person = { ...newPerson(), email };
    const statuses = [
      (await gatehouse.visitor().post("/sign-up", person)).status,
      (await gatehouse.visitor().post("/sign-in", { ...person })).status,
    ];
    expect([email, ...statuses]).toEqual([email, 422, 422]);
    const api = [
      await callApi(gatehouse.visitor(), "/sign-up/email", person),
      await callApi(gatehouse.visitor(), "/sign-in/email", person),
    ];
    expect([email, ...api.map(({ status, text }) => `${status} ${JSON.parse(text).code}`)]).toEqual([
      email,
      "400 EMAIL_MALFORMED",
      "400 EMAIL_MALFORMED",
    ]);
  }
});

/** A mail server that takes everything, and keeps the lines it was told as they came. */
async function startPlainMailServer() {
  const told: string[] = [];
  const server = createServer((socket) => {
    let [isMail, rest] = [false, ""];
    socket.write("220 ready\r\n");
    socket.on("data", (bytes) => {
      const lines = (rest + bytes.toString()).split("\r\n");
      rest = lines.pop() ?? ""; // of a line whose end comes later
      for (const line of lines) {
        told.push(line);
        if (line === "DATA") socket.write("354 go\r\n");
        else if (!isMail || line === ".") socket.write("250 fine\r\n");
        isMail = line === "DATA" || (isMail && line !== ".");
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    told,
    url: `smtp://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`,
    close: () => server.close(),
  };
}

test("a mail's one recipient reaches the mail server unharmed, quoted where dots stand as no atom's may", async () => {
  const { told, url, close } = await startPlainMailServer();
  const house = await startGatehouse({ SMTP_URL: url });
  for (const email of rareAddresses) {
    told.length = 0;
    await house.rows("delete from gatehouse.throttle");
    expect((await house.visitor().signUp({ ...newPerson(), email })).status).toBe(303);
    await house.mailsTo("");
    const [before = "", host = ""] = email.split("@");
    const written = /^\.|\.\.|\.$/.test(before) ? `"${before}"@${host}` : email;
    expect(told.filter((line) => /^RCPT/.test(line))).toEqual([`RCPT TO:<${written}>`]);
    const headers = told.join("\n").replaceAll("\n ", " ").split("\n"); // long ones go on in the next line
    expect(headers.filter((line) => /^(to|cc|bcc):/i.test(line))).toEqual([
      `To: ${written === email ? email : `<${written}>`}`,
    ]);
  }
  await house.close();
  close();
});
const zeros = {
  arabic: 0x660,
  persian: 0x6f0,
  devanagari: 0x966,
  thai: 0xe50,
  fullwidth: 0xff10,
  mathematical: 0x1d7ce,
  "bold mathematical": 0x1d7f6,
  chakma: 0x11136,
};
const written = (code: string, zero: number) => [...code].map((digit) => String.fromCodePoint(zero + Number(digit)));
const ways: [string, (code: string) => string][] = [
  ...Object.entries(zeros).map(([script, zero]): [string, (code: string) => string] => [
    `in ${script} digits`,
    (code) => written(code, zero).join(""),
  ]),
  ["with marks of direction", (code) => `\u200f\u2067${code}\u2069\u200e`],
  ["with dots, dashes and spaces of all kinds", (code) => [...code].join("\u00a0-\u2013.\u2009")],
  ["in two scripts at once", (code) => code.slice(0, 3) + written(code.slice(3), zeros.arabic).join("")],
  ["with the line it stands in", (code) => `code: ${code}.`],
];

test.each(ways)("the six digits of a mail are taken %s", async (_, write) => {
  const [visitor, person] = [gatehouse.visitor(), newPerson()];
  await visitor.signUp(person);
  const code = codeIn(await newestTo(person.email));
  expect((await visitor.post("/verify-email", { email: person.email, code: write(code) })).location).toBe(
    "/account?notice=email_verified",
  );
});

test.each([
  ["nothing", "", "Enter the six digits"],
  ["a dash and a dot", "- .", "Enter the six digits"],
  ["six letters", "abcdef", "Enter the six digits"],
  ["a mark of direction", "\u200f", "Enter the six digits"],
  ["five digits", "12345", "Enter the six digits"],
  ["seven digits", "1234567", "Enter the six digits"],
  ["ten thousand digits", "\u0661".repeat(10_000), "Enter the six digits"],
])("the six digits of a mail are missed in %s, and the page says so next to the field", async (_, code, words) => {
  const { status, page } = await gatehouse.visitor().post("/verify-email", { email: newPerson().email, code });
  expect(status).toBe(422);
  const saidAt = page.querySelector("#code")?.getAttribute("aria-describedby")?.split(" ") ?? [];
  expect(saidAt.map((id) => page.querySelector(`#${id}`)?.text).join()).toContain(words);
});

import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { coreMailKinds } from "../../src/account/outbox";
import { capabilities } from "../../src/capabilities/index";
import { setUpFactor } from "../support/authenticator-app";
import { linkIn } from "../support/mails";
import { add } from "../support/passkeys";
import { newPerson, startGatehouse, Visitor, type Gatehouse, type Person } from "../support/harness";

/** The language that somebody reads the pages in is that of every mail their acts cause, by page and by API. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, capabilities);
});
afterAll(() => gatehouse.close());
beforeEach(() => gatehouse.rows("delete from gatehouse.throttle"));

/** A browser set to English, whose reader chose German in the footer. */
function whoChoseGerman(): Visitor {
  const visitor = withLanguage("en-US,en;q=0.9");
  visitor.cookies.set("gatehouse.language", "de");
  return visitor;
}

function withLanguage(language: string): Visitor {
  const edge: Gatehouse["edge"] = (request, peer) => {
    request.headers.set("accept-language", language);
    return gatehouse.edge(request, peer);
  };
  return new Visitor(edge, gatehouse.origin, gatehouse.visitor().address);
}

const call = (visitor: Visitor, path: string, body: object) =>
  visitor.send(`/api/auth${path}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { origin: visitor.origin, "content-type": "application/json" },
  });

/**
 * Somebody with a confirmed address, who is signed in and reads English until now; and their next mail is the first.
 */
async function join(reader: Visitor): Promise<Person> {
  const person = await gatehouse.visitor().join();
  await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [person.email]);
  await reader.signIn(person);
  await gatehouse.mailsTo("");
  await gatehouse.rows("delete from gatehouse.throttle");
  return person;
}

const next = "a brand new passphrase";
const newestTo = async (address: string) => (await gatehouse.mailsTo(address))[0]?.text ?? "";

/** Every act that orders a mail, by the mail's kind and the way; each gives the address that the mail goes to. */
const acts: Record<string, (reader: Visitor) => Promise<string>> = {
  "verify, by signing up": async (reader) => (await reader.join()).email,
  "verify, by signing up through the API": async (reader) => {
    const person = newPerson();
    await call(reader, "/sign-up/email", person);
    return person.email;
  },
  "verify, by signing up again": async (reader) => {
    const person = await gatehouse.visitor().join();
    await gatehouse.rows("delete from gatehouse.throttle");
    await reader.signUp(person);
    return person.email;
  },
  "verify, by asking for it again": async (reader) => {
    const { email } = await gatehouse.visitor().join();
    await gatehouse.rows("delete from gatehouse.throttle");
    await reader.post("/verify-email", { email, resend: "on" });
    return email;
  },
  "reset, by asking for it": async (reader) => {
    const { email } = await gatehouse.visitor().join();
    await gatehouse.rows("delete from gatehouse.throttle");
    await reader.post("/forgot-password", { email });
    return email;
  },
  "new_device, by signing in": async (reader) => (await join(reader)).email,
  "new_device, by signing in through the API": async (reader) => {
    const { email, password } = await join(gatehouse.visitor());
    await call(reader, "/sign-in/email", { email, password });
    return email;
  },
  "confirm_email, by asking for another address": async (reader) => {
    const { email } = await join(reader);
    await reader.post("/account/email", { email: `new.${email}` });
    return `new.${email}`;
  },
  "email_changed, by confirming it": async (reader) => {
    const { email } = await join(reader);
    await reader.post("/account/email", { email: `new.${email}` });
    await reader.submit(await reader.get(linkIn(await newestTo(`new.${email}`), "/confirm-email")), {});
    return email;
  },
  "password_changed, by changing it": async (reader) => {
    const { email, password } = await join(reader);
    await reader.post("/account/password", { current: password, password: next });
    return email;
  },
  "password_changed, by a link": async (reader) => {
    const { email } = await join(gatehouse.visitor());
    await gatehouse.visitor().post("/forgot-password", { email });
    await reader.submit(await reader.get(linkIn(await newestTo(email), "/reset-password")), { password: next });
    return email;
  },
  "password_removed, by whoever has a passkey and recovery codes": async (reader) => {
    const { email } = await join(reader);
    await setUpFactor(reader);
    await add(reader);
    await gatehouse.mailsTo("");
    await reader.post("/account/password", { remove: "on" });
    return email;
  },
  "deletion_asked, by asking for it": async (reader) => {
    const { email, password } = await join(reader);
    await reader.submit(await reader.get("/account/delete?step=sure"), { password });
    return email;
  },
};

async function expectGerman(act: string, reader: Visitor) {
  const before = gatehouse.log.length;
  const [newest] = await gatehouse.mailsTo((await acts[act]?.(reader)) ?? "");
  const kinds = gatehouse.log
    .slice(before)
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === "mail.sent")
    .map(({ kind }) => kind);
  expect(act).toStartWith(`${kinds.at(-1)},`);
  expect(/<html lang="(\w+)">/.exec(newest?.html ?? "")?.[1]).toBe("de");
}

test.each(Object.keys(acts))("a reader who chose German gets the mail in German: %s", (act) =>
  expectGerman(act, whoChoseGerman()),
);

test.each(["verify, by signing up", "verify, by signing up through the API"])(
  "a German browser gets the mail in German: %s",
  (act) => expectGerman(act, withLanguage("de-CH,de;q=0.9,en;q=0.8")),
);

test("there is no other kind of mail", () => {
  const kinds = new Set(Object.keys(acts).map((act) => act.split(",")[0]));
  // The language of an invitation is what whoever invites has chosen: `invitations.test.ts`.
  expect([...kinds, "invitation"].sort()).toEqual(Object.keys(coreMailKinds).sort());
});

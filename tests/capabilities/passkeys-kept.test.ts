import { afterEach, describe, expect, setSystemTime, test } from "bun:test";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { create, get, type Held } from "../support/authenticator";
import { newTestDatabase, type TestDatabase } from "../support/databases";
import { startGatehouse, type Gatehouse } from "../support/harness";
import { add, enter, list, newOptions, proofOptions, signInOptions } from "../support/passkeys";

/** Passkeys over time: challenges that grow old, races, another address, another app's table, switched off. */

afterEach(() => setSystemTime());

const start = (settings: Record<string, string> = {}, database?: TestDatabase) =>
  startGatehouse(settings, database, [passkeys]);

/** A database that outlives the Gatehouse on it. */
async function lasting() {
  const database = await newTestDatabase();
  return { database, kept: { ...database, remove: async () => undefined } };
}

async function joined(gatehouse: Gatehouse) {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  return { visitor, person };
}

const count = async ({ rows }: Gatehouse) =>
  (await rows<{ n: number }>("select count(*)::int as n from gatehouse.passkey"))[0]?.n;

test("a passkey that was renamed too often says so beside its name, and not at its removal", async () => {
  const gatehouse = await start();
  const { visitor } = await joined(gatehouse);
  await add(visitor);
  const [{ id } = { id: "" }] = await gatehouse.rows<{ id: string }>("select id from gatehouse.passkey");
  const rename = (headers: Record<string, string> = {}) =>
    visitor.post(`${list}/${id}`, { name: "Work laptop" }, headers);
  for (let status = 303; status === 303; ) ({ status } = await rename());
  for (const { status, page } of [await rename(), await rename({ "hx-request": "true" })]) {
    expect([status, page.querySelector("#remove [role=alert]")]).toEqual([429, null]);
    expect(page.querySelector("#rename [role=alert]")?.text).toContain("Too many attempts.");
  }
  await gatehouse.close();
});

describe("a challenge", () => {
  test("is too old after ten minutes, and whoever asks again gets in", async () => {
    const gatehouse = await start();
    const { held } = await add((await joined(gatehouse)).visitor);
    const visitor = gatehouse.visitor();
    const passkey = await get(await signInOptions(visitor), visitor.origin, held);
    setSystemTime(new Date(Date.now() + 601_000));
    const late = await visitor.post("/sign-in/passkey", { passkey });
    expect([late.status, late.text.includes("took too long")]).toEqual([422, true]);
    setSystemTime();
    expect((await enter(gatehouse.visitor(), held)).status).toBe(303);
    await gatehouse.close();
  });

  test("to add a passkey is for one account, for adding alone, and good once", async () => {
    const gatehouse = await start();
    const [one, two] = [await joined(gatehouse), await joined(gatehouse)];
    const { held, answer } = await create(await newOptions(one.visitor), gatehouse.origin);
    const shared = one.visitor.cookies.get("gatehouse.passkeys") ?? ""; // the same browser, another account
    two.visitor.cookies.set("gatehouse.passkeys", shared);
    expect((await two.visitor.post(list, { new: answer })).status).toBe(422);
    expect((await one.visitor.post(list, { new: answer })).status).toBe(303);
    expect((await one.visitor.post(list, { new: answer })).status).toBe(422);
    const { answer: misused } = await create(await proofOptions(one.visitor), gatehouse.origin, { rpId: "localhost" });
    expect((await one.visitor.post(list, { new: misused })).status).toBe(422);
    const passkey = await get(await proofOptions(one.visitor), gatehouse.origin, held);
    expect((await one.visitor.post("/sign-in/passkey", { passkey })).status).toBe(422);
    expect(await count(gatehouse)).toBe(1);
    await gatehouse.close();
  });
});

test("somebody else's passkey proves nothing to whoever found an open browser", async () => {
  const gatehouse = await start();
  const [owner, thief] = [await joined(gatehouse), await joined(gatehouse)];
  const { held } = await add(thief.visitor);
  await gatehouse.rows("update session set created_at = now() - interval '1 hour'");
  const passkey = await get(await proofOptions(owner.visitor), gatehouse.origin, held);
  const got = await owner.visitor.post("/account/sessions", { others: "on", proof: "", passkey });
  expect([got.status, got.text.includes("didn’t work")]).toEqual([422, true]);
  await gatehouse.close();
});

test("of eleven passkeys that come at once ten are kept, and the last one hears why", async () => {
  const gatehouse = await start();
  const { visitor } = await joined(gatehouse);
  for (let i = 0; i < 8; i++) await add(visitor);
  const options = await Promise.all([1, 2, 3].map(() => newOptions(visitor)));
  const made = await Promise.all(options.map((option) => create(option, gatehouse.origin)));
  const got = await Promise.all(made.map(({ answer }) => visitor.post(list, { new: answer })));
  expect([got.map(({ status }) => status).sort(), await count(gatehouse)]).toEqual([[303, 303, 422], 10]);
  expect(got.find(({ status }) => status === 422)?.text).toContain("ten passkeys");
  await gatehouse.close();
});

test("a passkey that is removed while it signs in leaves nobody signed in by it", async () => {
  const gatehouse = await start();
  const { visitor, person } = await joined(gatehouse);
  for (let round = 0; round < 10; round++) {
    const { held } = await add(visitor);
    const [{ id } = { id: "" }] = await gatehouse.rows<{ id: string }>("select id from gatehouse.passkey");
    const guest = gatehouse.visitor();
    const passkey = await get(await signInOptions(guest), gatehouse.origin, held);
    const [entered, removed] = await Promise.all([
      guest.post("/sign-in/passkey", { passkey }),
      visitor.post(`${list}/${id}`, { remove: "on" }),
    ]);
    expect(removed.status).toBe(303);
    expect([303, 422]).toContain(entered.status);
    const { status } = await guest.get("/api/session");
    expect([entered.status, status]).toEqual(entered.status === 303 ? [303, 200] : [422, 401]);
  }
  expect(await gatehouse.mailsTo(person.email)).not.toEqual([]);
  await gatehouse.close();
});

test("guessing with passkeys is held up for the client, in seconds", async () => {
  const gatehouse = await start();
  const visitor = gatehouse.visitor();
  const statuses: number[] = [];
  for (let i = 0; i < 21; i++) statuses.push((await visitor.post("/sign-in/passkey", { passkey: "{}" })).status);
  expect([statuses.filter((status) => status === 422).length, statuses.at(-1)]).toEqual([20, 429]);
  await gatehouse.close();
});

describe("the domain of passkeys", () => {
  test("is the host of the address, and a start elsewhere is refused until they are given up by name", async () => {
    const { database, kept } = await lasting();
    const first = await start({}, kept);
    const { held } = await add((await joined(first)).visitor);
    await first.close();
    const production = {
      ...{ BETTER_AUTH_URL: "https://login.example.com", MAIL: "off" },
      BETTER_AUTH_SECRET: "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMw==",
    };
    const why = await start(production, kept).catch((error: Error) => error.message);
    expect(why).toContain("people have passkeys for localhost");
    expect(why).toContain("GATEHOUSE_PASSKEYS_GIVEN_UP=localhost");
    const other = { ...production, GATEHOUSE_PASSKEYS_GIVEN_UP: "example.org" };
    expect(await start(other, kept).catch((error: Error) => error.message)).toBe(String(why));
    const given = await start({ ...production, GATEHOUSE_PASSKEYS_GIVEN_UP: "example.org, localhost" }, kept);
    expect((await enter(given.visitor(), held)).status).toBe(422);
    await given.close();
    await database.remove();
  });

  test("may be a parent of the host, and nothing else", async () => {
    const settings = {
      ...{ BETTER_AUTH_URL: "https://login.example.com", MAIL: "off" },
      BETTER_AUTH_SECRET: "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMw==",
    };
    const gatehouse = await start({ ...settings, GATEHOUSE_PASSKEY_DOMAIN: "example.com" });
    expect(await signInOptions(gatehouse.visitor())).toMatchObject({ rpId: "example.com" });
    await gatehouse.close();
    const why = await start({ ...settings, GATEHOUSE_PASSKEY_DOMAIN: "example.org" }).catch((e: Error) => e.message);
    expect(why).toContain("GATEHOUSE_PASSKEY_DOMAIN: BETTER_AUTH_URL is not inside this domain");
  });
});

/** Better Auth's own table, as its command line writes it. */
const theirTable = `create table public.passkey (id text primary key, name text, public_key text not null,
  user_id text not null references "user"(id), credential_id text not null, counter integer not null,
  device_type text not null, backed_up boolean not null, transports text, created_at timestamp, aaguid text)`;

test("passkeys of an app that used Better Auth's are taken over, once, and sign in", async () => {
  const { database, kept } = await lasting();
  const first = await startGatehouse({}, kept);
  const { person } = await joined(first);
  await first.close();
  const { held, answer } = await create(
    { challenge: "AAAA", rp: { id: "localhost" }, user: { id: "b2xk" } },
    first.origin,
  );
  await database.rows(`drop table if exists gatehouse.migration_passkey, gatehouse.passkey, gatehouse.passkey_user,
    gatehouse.passkey_answered, gatehouse.passkey_offer`); // as if there had been no passkeys here before
  await database.rows(theirTable);
  await database.rows(
    `insert into public.passkey select 'x', 'Old phone', $2, id, $1, 0, 'singleDevice', true, 'internal', now(), null
      from "user" where email = $3`,
    [held.credentialId, await standardBase64(answer, held), person.email],
  );
  const gatehouse = await start({}, kept);
  expect((await enter(gatehouse.visitor(), held)).location).toBe("/account");
  await gatehouse.rows("delete from gatehouse.passkey");
  await gatehouse.close();
  const again = await start({}, kept);
  expect(await count(again)).toBe(0);
  await again.close();
  await database.remove();
});

/** The public key as Better Auth's plugin keeps it, in base64 with its padding. */
async function standardBase64(answer: string, { credentialId }: Held): Promise<string> {
  const { decodeAttestationObject, parseAuthenticatorData } = await import("@simplewebauthn/server/helpers");
  const { response } = JSON.parse(answer);
  const object = decodeAttestationObject(new Uint8Array(Buffer.from(response.attestationObject, "base64url")));
  const { credentialPublicKey, credentialID } = parseAuthenticatorData(object.get("authData"));
  expect(Buffer.from(credentialID ?? []).toString("base64url")).toBe(credentialId);
  return Buffer.from(credentialPublicKey ?? []).toString("base64");
}

test("a passkey that is removed while it signs somebody in makes no session", async () => {
  const gatehouse = await start();
  const { held } = await add((await joined(gatehouse)).visitor);
  await gatehouse.rows(`create function remove_meanwhile() returns trigger language plpgsql as $$ begin
      delete from gatehouse.passkey where user_id = new.user_id;
      return new;
    end $$;
    create trigger remove_meanwhile after insert on session for each row execute function remove_meanwhile()`);
  const visitor = gatehouse.visitor();
  await enter(visitor, held);
  expect([await visitor.isIn(), await count(gatehouse)]).toEqual([false, 0]);
  expect(await gatehouse.rows("select 1 from session")).toHaveLength(1); // that of the account's owner
  await gatehouse.close();
});

test("switched off, passkeys are nowhere, open nothing, and are there again when switched on", async () => {
  const { database, kept } = await lasting();
  const on = await start({}, kept);
  const { visitor } = await joined(on);
  const { held } = await add(visitor);
  await on.close();
  const off = await start({ GATEHOUSE_PASSKEYS: "off" }, kept);
  const page = await off.visitor().get("/sign-in");
  expect([page.text.includes("passkey"), page.text.includes("webauthn")]).toEqual([false, false]);
  for (const path of ["/sign-in/passkey/options", list]) expect((await off.visitor().get(path)).status).toBe(404);
  await off.close();
  const again = await start({}, database);
  expect((await enter(again.visitor(), held)).status).toBe(303);
  await again.close();
});

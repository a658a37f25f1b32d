import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { get } from "../support/authenticator";
import { startGatehouse, type Gatehouse, type Visitor } from "../support/harness";
import { add, enter, list, newOptions, proofOptions, signInOptions } from "../support/passkeys";

/** Passkeys without a browser: everything that the server decides. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [passkeys]);
});
afterAll(() => gatehouse.close());

/** Somebody with one passkey. */
async function withPasskey(slip = {}) {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  await gatehouse.rows(`update "user" set email_verified = true`); // only a confirmed address is warned
  const { got, held } = await add(visitor, slip);
  expect(got.location).toBe(`${list}?notice=added`);
  const [{ id: userId } = { id: "" }] = await gatehouse.rows<{ id: string }>(`select id from "user" where email = $1`, [
    person.email,
  ]);
  return { visitor, person, held, userId };
}

const kept = (userId: string) =>
  gatehouse.rows<{ id: string; name: string; counter: string; rp_id: string; last_used_at: Date | null }>(
    "select * from gatehouse.passkey where user_id = $1 order by created_at",
    [userId],
  );

/** As if the visitor had signed in an hour ago. */
const grown = (userId: string) =>
  gatehouse.rows("update session set created_at = now() - interval '1 hour' where user_id = $1", [userId]);

const says = ({ page }: { page: Visitor extends never ? never : Awaited<ReturnType<Visitor["get"]>>["page"] }) =>
  page.querySelector(".alert")?.text ?? "";

describe("a passkey", () => {
  test("is added, told of by mail and in the activity, and signs in with a session of its own", async () => {
    const { visitor, person, held, userId } = await withPasskey({ aaguid: "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4" });
    expect(await kept(userId)).toMatchObject([{ name: "Google Password Manager", rp_id: "localhost" }]);
    expect((await visitor.get(list)).page.querySelector(".entry-title")?.text).toContain("Google Password Manager");
    expect((await visitor.get("/account/activity")).text).toContain("Passkey added");
    const [mail] = await gatehouse.mailsTo(person.email);
    expect([mail?.subject, mail?.text]).toEqual([
      "Gatehouse: a passkey was added",
      expect.stringContaining("/not-me?token="),
    ]);
    const other = gatehouse.visitor();
    expect((await enter(other, held)).location).toBe("/account");
    expect(JSON.parse((await other.get("/api/session")).text).user.email).toBe(person.email);
    expect((await kept(userId))[0]?.last_used_at).not.toBeNull();
  });

  test("of one person has the same handle as their others, and the options name them all", async () => {
    const { visitor } = await withPasskey();
    const { held } = await add(visitor);
    const options = await newOptions(visitor);
    expect([options.user?.id, Buffer.from(held.handle, "base64url").length]).toEqual([held.handle, 64]);
    const { excludeCredentials } = options as unknown as { excludeCredentials: { id: string }[] }; // as it was sent
    expect(excludeCredentials.map(({ id }) => id)).toContain(held.credentialId);
    expect(options).toMatchObject({
      pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      attestation: "none",
    });
  });
});

describe("a passkey of somebody", () => {
  test("proves who they are, in place of the password, and puts a new session in place of the old", async () => {
    const { visitor, held, userId } = await withPasskey();
    await grown(userId);
    const asked = await visitor.post("/account/sessions", { others: "on" });
    expect([asked.status, asked.page.querySelector("[data-kind=prove]") === null]).toEqual([403, false]);
    const before = visitor.cookieHeader();
    const passkey = await get(await proofOptions(visitor), visitor.origin, held);
    const proved = await visitor.post("/account/sessions", { others: "on", proof: "", passkey });
    expect(proved.location).toBe("/account/sessions?notice=others_ended");
    expect((await visitor.get("/api/session")).status).toBe(200);
    expect((await gatehouse.visitor().get("/api/session", { cookie: before })).status).toBe(401);
  });
});

describe("a passkey", () => {
  test("is renamed and removed after a proof, with a mail and an event each", async () => {
    const { visitor, person, held, userId } = await withPasskey();
    const [{ id } = { id: "" }] = await kept(userId);
    expect((await visitor.post(`${list}/${id}`, { name: " " })).status).toBe(422);
    expect((await visitor.post(`${list}/${id}`, { name: "Work <b>laptop</b>" })).location).toContain("renamed");
    expect((await visitor.get(list)).page.querySelector(".entry-title")?.text).toContain("Work <b>laptop</b>");
    await grown(userId);
    expect((await visitor.post(`${list}/${id}`, { remove: "on" })).status).toBe(403);
    const removed = await visitor.post(`${list}/${id}`, { remove: "on", proof: person.password });
    expect([removed.location, await kept(userId)]).toEqual([`${list}?notice=removed`, []]);
    const subjects = (await gatehouse.mailsTo(person.email)).map(({ subject }) => subject);
    expect(subjects.slice(0, 2)).toEqual(["Gatehouse: a passkey was removed", "Gatehouse: a passkey was renamed"]);
    const gone = await enter(gatehouse.visitor(), held);
    expect([gone.status, says(gone)]).toEqual([422, expect.stringContaining("don’t know this passkey")]);
    expect(gone.page.querySelector("[data-signal]")?.getAttribute("data-signal")).toContain(held.credentialId);
  });
});

describe("a passkey", () => {
  test("that is the last way in stays", async () => {
    const { visitor, userId } = await withPasskey();
    await gatehouse.rows("update account set password = null where user_id = $1", [userId]);
    const [{ id } = { id: "" }] = await kept(userId);
    const refused = await visitor.post(`${list}/${id}`, { remove: "on" });
    expect([refused.status, says(refused), (await kept(userId)).length]).toEqual([
      422,
      expect.stringContaining("only way to sign in"),
      1,
    ]);
  });

  test("of somebody else is nobody's: not shown, not renamed, not removed", async () => {
    const { userId } = await withPasskey();
    const [{ id } = { id: "" }] = await kept(userId);
    const stranger = gatehouse.visitor();
    await stranger.join();
    for (const act of [stranger.get(`${list}/${id}`), stranger.post(`${list}/${id}`, { remove: "on" })])
      expect((await act).status).toBe(404);
    expect(await kept(userId)).toHaveLength(1);
  });
});

describe("a passkey that somebody else may have made", () => {
  test("goes with “this was not me”, as every way in that somebody else may have made", async () => {
    const { person, held, userId } = await withPasskey();
    const [mail] = await gatehouse.mailsTo(person.email);
    const token = /token=([\w-]+)/.exec(mail?.text ?? "")?.[1] ?? "";
    expect((await gatehouse.visitor().post("/not-me", { token })).status).toBe(303);
    expect(await kept(userId)).toEqual([]);
    expect((await enter(gatehouse.visitor(), held)).status).toBe(422);
  });

  test("goes with the stranger who took an address, when its owner chooses a new password by mail", async () => {
    const { person, held, userId } = await withPasskey();
    await gatehouse.rows('update "user" set email_verified = false where id = $1', [userId]);
    await gatehouse.rows("delete from gatehouse.throttle"); // the mail of the sign-up was a moment ago
    const owner = gatehouse.visitor();
    await owner.post("/forgot-password", { email: person.email });
    const mails = await gatehouse.mailsTo(person.email);
    const token = mails.map(({ text }) => /reset-password\?token=([\w-]+)/.exec(text)?.[1]).find(Boolean) ?? "";
    const reset = await owner.post("/reset-password", { token, password: "a newly chosen pass phrase" });
    expect([reset.status, await kept(userId)]).toEqual([303, []]);
    expect((await enter(gatehouse.visitor(), held)).status).toBe(422);
  });
});

describe("asking for what to sign in with", () => {
  test("leaves no row behind, however often", async () => {
    const rows = () =>
      gatehouse.rows(`select (select count(*) from gatehouse.throttle)
        + (select count(*) from gatehouse.passkey_answered) + (select count(*) from verification) as n`);
    const before = await rows();
    const visitor = gatehouse.visitor();
    for (let i = 0; i < 50; i++) expect((await visitor.get("/sign-in/passkey/options")).status).toBe(200);
    expect(await rows()).toEqual(before);
  });

  test("gives a challenge that is good for one answer of fifteen", async () => {
    const { held, userId } = await withPasskey();
    const visitor = gatehouse.visitor();
    const passkey = await get(await signInOptions(visitor), visitor.origin, held);
    const answers = await Promise.all(Array.from({ length: 15 }, () => visitor.post("/sign-in/passkey", { passkey })));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(14).fill(422)]);
    const [{ n } = { n: 0 }] = await gatehouse.rows<{ n: number }>(
      "select count(*)::int as n from session where user_id = $1",
      [userId],
    );
    expect(n).toBe(2);
  });
});

describe("what is refused with words, and never with an error", () => {
  test("an answer to sign in that is not right in every part", async () => {
    const { held } = await withPasskey({ counter: 5 });
    const { held: foreign } = await withPasskey();
    const other = gatehouse.visitor();
    const { challenge } = await signInOptions(other);
    const slips = {
      "another origin": { origin: "https://evil.example" },
      "another domain": { rpId: "evil.example" },
      "another kind": { type: "webauthn.create" },
      "nobody verified": { isVerified: false },
      forged: { isForged: true },
      "a counter that goes back": { counter: 4 },
      "a counter that stands": { counter: 5 },
      "somebody else's handle": { userHandle: foreign.handle },
      "somebody else's credential": { credentialId: foreign.credentialId },
      "a challenge of another browser": { challenge },
      "a challenge of nobody": { challenge: "AAAA" },
    };
    for (const [what, slip] of Object.entries(slips)) {
      const got = await enter(gatehouse.visitor(), held, slip);
      expect([what, got.status, says(got) !== ""]).toEqual([what, 422, true]);
    }
    expect((await enter(gatehouse.visitor(), held)).status).toBe(303);
  });

  test("whatever is no answer at all", async () => {
    const visitor = gatehouse.visitor();
    const good = await get(await signInOptions(visitor), visitor.origin, (await withPasskey()).held);
    const broken = ["", "x", "{}", "[]", "null", good.slice(0, -5), good.replace("public-key", "secret"), '{"id":1}'];
    for (const passkey of broken)
      expect([passkey, (await visitor.post("/sign-in/passkey", { passkey })).status]).toEqual([passkey, 422]);
  });
});

describe("what is refused with words, and never with an error", () => {
  test("a new passkey that is not right in every part", async () => {
    const visitor = gatehouse.visitor();
    const { email } = await visitor.join();
    const { held: foreign } = await withPasskey();
    const { challenge } = await signInOptions(visitor);
    const slips = {
      "another origin": { origin: "https://evil.example" },
      "another domain": { rpId: "evil.example" },
      "nobody verified": { isVerified: false },
      "a statement with certificates": { format: "packed", certificates: ["AAAA"] },
      "a statement with a number in their place": { format: "packed", certificates: [] },
      "a statement of the passkey itself that is not right": { format: "packed", isForged: true },
      "an unknown format": { format: "self-made" },
      "cut off": { cut: 20 },
      "cut off by a byte": { cut: 1 },
      "nearly nothing": { cut: 180 },
      "a challenge to sign in": { challenge },
      "somebody else's": { credentialId: foreign.credentialId },
    };
    for (const [what, slip] of Object.entries(slips)) {
      const { got } = await add(visitor, slip);
      expect([what, got.status, says(got) !== ""]).toEqual([what, 422, true]);
    }
    const found = await gatehouse.rows(
      `select 1 from gatehouse.passkey p join "user" u on u.id = p.user_id where u.email = $1`,
      [email],
    );
    expect(found).toEqual([]);
  });
});

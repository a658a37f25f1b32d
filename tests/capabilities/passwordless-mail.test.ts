import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { get } from "../support/authenticator";
import { newFactorOwner } from "../support/authenticator-app";
import { startGatehouse, type Gatehouse, type Got } from "../support/harness";
import { enter, signInOptions } from "../support/passkeys";
import { hashOf, resetToken, sessionOf, withoutPassword } from "../support/passwordless";

/** Whoever has no password makes one again: by mail, and only together with what else they have. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor, passkeys]);
});
afterAll(() => gatehouse.close());

const says = ({ page }: Got) => page.querySelector(".alert")?.text ?? "";
const password = "a newly chosen pass phrase";

test("nothing that is said of two-step sign-in speaks of a password that is not there", async () => {
  const { person, visitor, app } = await withoutPassword(gatehouse);
  const page = "/account/security/second-factor";
  const lead = async () => (await visitor.get(page)).page.querySelector(".lead")?.text;
  expect(await lead()).toBe("Signing in with a password also takes a code from your authenticator app.");
  expect((await visitor.post(page, { act: "off", code: app.recovery[0] ?? "" })).location).toBe(page);
  expect(await lead()).toBe("Protect this account with a code from your phone as well.");
  const mails = await gatehouse.mailsTo(person.email);
  const off = mails.find(({ subject }) => subject === "Gatehouse: two-step sign-in is off");
  expect(off?.text).toStartWith("Signing in to your Gatehouse account no longer takes a code.\n");
});

describe("a mailed link for a new password, where there is none", () => {
  test("sets none by itself, and says what is needed besides", async () => {
    const { person, visitor, userId } = await withoutPassword(gatehouse);
    const token = await resetToken(gatehouse, person);
    const reader = gatehouse.visitor();
    const shown = await reader.get(`/reset-password?token=${token}`);
    const names = shown.page.querySelectorAll("#reset input").map((input) => input.getAttribute("name"));
    expect(names).toEqual(expect.arrayContaining(["password", "code", "passkey"]));
    const alone: Record<string, string>[] = [{}, { code: "", passkey: "" }, { code: "000000" }, { passkey: "{}" }];
    for (const fields of alone) {
      const refused = await reader.post("/reset-password", { token, password, ...fields });
      expect([refused.status, says(refused) === ""]).toEqual([422, false]);
    }
    expect([await hashOf(gatehouse, userId), await sessionOf(reader)]).toEqual([null, 401]);
    expect(await sessionOf(visitor)).toMatchObject({ factors: 2 });
  });

  test("makes one together with a recovery code, which is used up, and signs in with both", async () => {
    const { person, app, userId } = await withoutPassword(gatehouse);
    const [code = ""] = app.recovery;
    const reader = gatehouse.visitor();
    const chosen = await reader.post("/reset-password", { token: await resetToken(gatehouse, person), password, code });
    expect(chosen.location).toBe("/account?notice=password_changed");
    expect(await sessionOf(reader)).toMatchObject({ factors: 2, methods: ["link", "recovery"] });
    expect(await hashOf(gatehouse, userId)).not.toBeNull();
    const subjects = (await gatehouse.mailsTo(person.email)).map(({ subject }) => subject);
    expect(subjects).toContain("Gatehouse: a recovery code was used");
    const again = gatehouse.visitor();
    await again.signIn({ ...person, password });
    expect((await again.post("/second-step", { recovery: code })).status).toBe(422);
  });
});

describe("a mailed link for a new password, where there is none", () => {
  test("makes one together with a passkey, or a code of the app", async () => {
    const one = await withoutPassword(gatehouse);
    const reader = gatehouse.visitor();
    const token = await resetToken(gatehouse, one.person);
    const passkey = await get(await signInOptions(reader), gatehouse.origin, one.held);
    expect((await reader.post("/reset-password", { token, password, code: "", passkey })).status).toBe(303);
    expect(await sessionOf(reader)).toMatchObject({ factors: 2, methods: ["link", "passkey"] });
    const two = await withoutPassword(gatehouse);
    const fields = { token: await resetToken(gatehouse, two.person), password, code: two.app.code() };
    expect((await gatehouse.visitor().post("/reset-password", fields)).status).toBe(303);
  });

  test("takes no passkey and no code of somebody else", async () => {
    const { person, userId } = await withoutPassword(gatehouse);
    const other = await withoutPassword(gatehouse);
    const reader = gatehouse.visitor();
    const token = await resetToken(gatehouse, person);
    const passkey = await get(await signInOptions(reader), gatehouse.origin, other.held);
    expect((await reader.post("/reset-password", { token, password, passkey })).status).toBe(422);
    const code = other.app.recovery[0] ?? "";
    expect((await reader.post("/reset-password", { token, password, code })).status).toBe(422);
    expect(await hashOf(gatehouse, userId)).toBeNull();
  });

  test("is enough alone where there is no other way in, as after “this was not me”", async () => {
    const { person, userId } = await withoutPassword(gatehouse);
    const [mail] = await gatehouse.mailsTo(person.email);
    const token = /not-me\?token=([\w-]{43})/.exec(mail?.text ?? "")?.[1] ?? "";
    const secured = await gatehouse.visitor().post("/not-me", { token });
    const reset = /token=([\w-]{43})/.exec(secured.location ?? "")?.[1] ?? "";
    const reader = gatehouse.visitor();
    expect((await reader.post("/reset-password", { token: reset, password })).location).toBe("/second-step");
    expect(await hashOf(gatehouse, userId)).not.toBeNull();
    expect(await sessionOf(reader)).toBe(401); // the app is asked for, as ever
  });
});

test("a passkey that is removed while the new password is being hashed is worth nothing", async () => {
  const { person, held, userId } = await withoutPassword(gatehouse);
  const reader = gatehouse.visitor();
  const token = await resetToken(gatehouse, person);
  const passkey = await get(await signInOptions(reader), gatehouse.origin, held);
  // Right after it is noted that the passkey was used, which comes before the hash: a hash takes too short to be met.
  await gatehouse.rows(`create function remove_meanwhile() returns trigger language plpgsql as $$ begin
      update gatehouse.passkey set id = gen_random_uuid() where id = new.id;
      return new;
    end $$;
    create trigger remove_meanwhile after update on gatehouse.passkey
      for each row when (old.id = new.id) execute function remove_meanwhile()`);
  const chosen = await reader.post("/reset-password", { token, password, passkey });
  await gatehouse.rows("drop function remove_meanwhile cascade");
  const used = "select 1 from gatehouse.passkey where user_id = $1 and last_used_at is not null";
  expect((await gatehouse.rows(used, [userId])).length).toBe(1);
  expect([chosen.status, await hashOf(gatehouse, userId)]).toEqual([422, null]);
});

test("the link alone is enough for an address that was never confirmed", async () => {
  const { person, userId } = await withoutPassword(gatehouse);
  await gatehouse.rows(`update "user" set email_verified = false where id = $1`, [userId]);
  const token = await resetToken(gatehouse, person);
  await gatehouse.visitor().post("/reset-password", { token, password });
  expect(await hashOf(gatehouse, userId)).not.toBeNull();
  const left = await gatehouse.rows("select 1 from gatehouse.passkey where user_id = $1", [userId]);
  expect(left).toEqual([]); // a stranger may have made it
});

test("guesses at the code of a mailed link are counted, and hold up no browser of its owner's", async () => {
  const { person, userId } = await withoutPassword(gatehouse);
  const token = await resetToken(gatehouse, person);
  const reader = gatehouse.visitor();
  const statuses: number[] = [];
  for (let i = 0; i < 7; i++)
    statuses.push((await reader.post("/reset-password", { token, password, code: "abcde-fghjk" })).status);
  expect([statuses[0], statuses.at(-1), await hashOf(gatehouse, userId)]).toEqual([422, 429, null]);
});

test("whoever asks for a new password gets the same answer with and without a password", async () => {
  const { person } = await withoutPassword(gatehouse);
  const { person: other } = await newFactorOwner(gatehouse);
  await gatehouse.rows("delete from gatehouse.throttle");
  const asked = async (email: string) => {
    const got = await gatehouse.visitor().post("/forgot-password", { email });
    return [got.status, got.location, got.text.replaceAll(email, "…")];
  };
  expect(await asked(person.email)).toEqual(await asked(other.email));
  const [one, two] = [await gatehouse.mailsTo(person.email), await gatehouse.mailsTo(other.email)];
  expect(one[0]?.subject).toBe(two[0]?.subject ?? "");
});

test("for whoever has lost passkeys and codes, the operator removes both, and then the mail is enough", async () => {
  const { person, visitor, held, userId } = await withoutPassword(gatehouse);
  const { given } = gatehouse;
  await expect((await passkeys.verbs?.())?.passkeys?.(given, "on", person.email)).rejects.toThrow("no such verb");
  await expect((await passkeys.verbs?.())?.passkeys?.(given, "off", "nobody@example.org")).rejects.toThrow(
    "Nobody has this",
  );
  expect(await (await passkeys.verbs?.())?.passkeys?.(given, "off", person.email.toUpperCase())).toContain(
    "is removed",
  );
  expect(await (await passkeys.verbs?.())?.passkeys?.(given, "off", person.email)).toContain("has no passkeys");
  await (await twoFactor.verbs?.())?.["second-factor"]?.(given, "off", person.email);
  await gatehouse.live.caughtUp();
  expect([await sessionOf(visitor), (await enter(gatehouse.visitor(), held)).status]).toEqual([401, 422]);
  const reader = gatehouse.visitor();
  const token = await resetToken(gatehouse, person);
  const reset = await reader.post("/reset-password", { token, password });
  expect([reset.status, reset.location]).toEqual([303, "/account?notice=password_changed"]);
  expect([await hashOf(gatehouse, userId), (await reader.get("/account/activity")).text]).toEqual([
    expect.any(String),
    expect.stringContaining("Passkey removed"),
  ]);
});

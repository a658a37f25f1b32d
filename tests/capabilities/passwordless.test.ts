import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { get } from "../support/authenticator";
import { newFactorOwner } from "../support/authenticator-app";
import { startGatehouse, type Gatehouse, type Got } from "../support/harness";
import { add, enter, list, proofOptions } from "../support/passkeys";
import { equipped, grow, hashOf, passwordPage, resetToken, sessionOf, withoutPassword } from "../support/passwordless";

/** Accounts without a password: how they come about, how one gets in, and how a password is made again. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor, passkeys]);
});
afterAll(() => gatehouse.close());

const says = ({ page }: Got) => page.querySelector(".alert")?.text ?? "";
const password = "a newly chosen pass phrase";

describe("a password", () => {
  test("is removed by whoever has a passkey and codes: an event, a mail, and the others are out", async () => {
    const { visitor, person, held, userId } = await equipped(gatehouse);
    const other = gatehouse.visitor();
    await enter(other, held);
    const removed = await visitor.post(passwordPage, { remove: "on" });
    expect(removed.location).toBe(`${passwordPage}?notice=password_removed`);
    expect([await hashOf(gatehouse, userId), await sessionOf(other)]).toEqual([null, 401]);
    expect(await sessionOf(visitor)).toMatchObject({ factors: 2 });
    expect((await visitor.get("/account/activity")).text).toContain("Password removed");
    const [mail] = await gatehouse.mailsTo(person.email);
    expect([mail?.subject, mail?.text]).toEqual([
      "Gatehouse: your password was removed",
      expect.stringContaining("/not-me?token="),
    ]);
    expect((await enter(gatehouse.visitor(), held)).location).toBe("/account");
  });

  test("is removed only with a fresh proof, of which the session is replaced", async () => {
    const { visitor, held, userId } = await equipped(gatehouse);
    await grow(gatehouse);
    const asked = await visitor.post(passwordPage, { remove: "on" });
    expect([asked.status, asked.text.includes("Enter your password to remove it.")]).toEqual([403, true]);
    expect(await hashOf(gatehouse, userId)).not.toBeNull();
    const before = visitor.cookieHeader();
    const passkey = await get(await proofOptions(visitor), gatehouse.origin, held);
    const removed = await visitor.post(passwordPage, { remove: "on", proof: "", passkey });
    expect([removed.status, await hashOf(gatehouse, userId)]).toEqual([303, null]);
    expect((await gatehouse.visitor().get("/api/session", { cookie: before })).status).toBe(401);
  });
});

describe("a password", () => {
  test("stays while only the address is unconfirmed", async () => {
    const { visitor, userId } = await equipped(gatehouse);
    await gatehouse.rows(`update "user" set email_verified = false where id = $1`, [userId]);
    expect((await visitor.post(passwordPage, { remove: "on" })).status).toBe(422);
    expect(await hashOf(gatehouse, userId)).not.toBeNull();
  });

  test("stays when the codes went since the page was shown, and whoever proved it is still signed in", async () => {
    const { visitor, person, userId } = await equipped(gatehouse);
    await grow(gatehouse);
    await gatehouse.rows("delete from gatehouse.recovery_code where user_id = $1", [userId]);
    const refused = await visitor.post(passwordPage, { remove: "on", proof: person.password });
    expect([refused.status, says(refused).includes("isn’t possible yet")]).toEqual([422, true]);
    expect(await sessionOf(visitor)).toMatchObject({ fresh: true });
  });

  test("stays while there are codes but no app, with whose key they are read", async () => {
    const { visitor, userId } = await equipped(gatehouse);
    await gatehouse.rows("delete from gatehouse.authenticator_app where user_id = $1", [userId]);
    expect((await visitor.post(passwordPage, { remove: "on" })).status).toBe(422);
    expect(await hashOf(gatehouse, userId)).not.toBeNull();
  });

  test("takes the links along that were mailed before it was removed", async () => {
    const { visitor, person, userId, app } = await equipped(gatehouse);
    const token = await resetToken(gatehouse, person);
    expect((await visitor.post(passwordPage, { remove: "on" })).status).toBe(303);
    const late = { token, password: "a newly chosen pass phrase", code: app.recovery[0] ?? "" };
    await gatehouse.visitor().post("/reset-password", late);
    expect(await hashOf(gatehouse, userId)).toBeNull();
  });
});

describe("a password", () => {
  test("stays while a passkey, codes or a confirmed address are missing, and the page says which", async () => {
    const visitor = gatehouse.visitor();
    const { email } = await visitor.join();
    const lacking = async () => {
      const refused = await visitor.post(passwordPage, { remove: "on" });
      const links = refused.page.querySelectorAll("#remove-password a").map((link) => link.getAttribute("href"));
      return [refused.status, says(refused).includes("isn’t possible yet"), ...links];
    };
    const factor = "/account/security/second-factor";
    expect(await lacking()).toEqual([422, true, "/verify-email", list, factor]);
    await gatehouse.rows(`update "user" set email_verified = true where email = $1`, [email]);
    await add(visitor);
    expect(await lacking()).toEqual([422, true, factor]);
    const shown = await visitor.get(passwordPage);
    expect([shown.page.querySelector("[name=remove]"), shown.text.includes("Recovery codes")]).toEqual([null, true]);
    const { visitor: coded, userId } = { ...(await equipped(gatehouse)) };
    await gatehouse.rows("delete from gatehouse.recovery_code where user_id = $1", [userId]);
    expect((await coded.post(passwordPage, { remove: "on" })).status).toBe(422);
    expect(await hashOf(gatehouse, userId)).not.toBeNull();
  });

  test("stays when the last passkey is removed at the same moment: one of both is refused", async () => {
    for (let round = 0; round < 5; round++) {
      const { visitor, userId } = await equipped(gatehouse);
      const [{ id } = { id: "" }] = await gatehouse.rows<{ id: string }>(
        "select id from gatehouse.passkey where user_id = $1",
        [userId],
      );
      await Promise.all([
        visitor.post(passwordPage, { remove: "on" }),
        visitor.post(`${list}/${id}`, { remove: "on" }),
      ]);
      const left = await gatehouse.rows("select 1 from gatehouse.passkey where user_id = $1", [userId]);
      expect(left.length + Number((await hashOf(gatehouse, userId)) !== null)).toBeGreaterThan(0);
    }
  });
});

describe("where two factors or passkeys are off", () => {
  test("no password is removed, and nothing of it is shown", async () => {
    for (const some of [[passkeys], [twoFactor], []]) {
      const house = await startGatehouse({}, undefined, some);
      const visitor = house.visitor();
      await visitor.join();
      expect((await visitor.get(passwordPage)).page.querySelector("#remove-password")).toBeNull();
      expect((await visitor.post(passwordPage, { remove: "on" })).status).toBe(404);
      await house.close();
    }
  });
});

describe("an account without a password", () => {
  test("says of any password what every account says of a wrong one", async () => {
    const { person } = await withoutPassword(gatehouse);
    const { person: other } = await newFactorOwner(gatehouse);
    const tried = async (email: string) => {
      const got = await gatehouse.visitor().post("/sign-in", { email, password: "not the right one" });
      const answered = await gatehouse.visitor().send("/api/auth/sign-in/email", {
        method: "POST",
        body: JSON.stringify({ email, password: "not the right one" }),
        headers: { "content-type": "application/json", origin: gatehouse.origin },
      });
      return [
        got.status,
        got.text.replaceAll(email, "…").replace(/data-challenge="[^"]*"/, ""),
        answered.status,
        answered.text,
      ];
    };
    expect(await tried(person.email)).toEqual(await tried(other.email));
    expect((await gatehouse.visitor().signIn(person)).status).toBe(422);
  });
});

describe("an account without a password", () => {
  test("is offered only what its owner has, where something asks for a proof", async () => {
    const { visitor, held } = await withoutPassword(gatehouse);
    await grow(gatehouse);
    const forms: [string, Record<string, string>][] = [
      ["/account/sessions", { others: "on" }],
      ["/account/email", { email: "elsewhere@example.org" }],
      ["/account/export", {}],
      ["/account/delete", {}],
      [list, { new: "" }],
    ];
    for (const [path, fields] of forms) {
      const asked = await visitor.post(path, fields);
      const has = (selector: string) => asked.page.querySelector(selector) !== null;
      expect([path, asked.status, has("[data-kind=prove]"), has("[type=password]")]).toEqual([path, 403, true, false]);
      expect([path, asked.page.querySelector("main")?.text.includes("password")]).toEqual([path, false]);
    }
    const sure = await visitor.get("/account/delete?step=sure");
    expect(sure.page.querySelector("[type=password]")).toBeNull();
    const passkey = await get(await proofOptions(visitor), gatehouse.origin, held);
    const proved = await visitor.post("/account/sessions", { others: "on", passkey });
    expect(proved.location).toBe("/account/sessions?notice=others_ended");
  });

  test("offers to make one by mail, and takes none on its own page", async () => {
    const { visitor, userId } = await withoutPassword(gatehouse);
    const shown = await visitor.get(passwordPage);
    const links = shown.page.querySelectorAll(".content a").map((link) => link.getAttribute("href"));
    expect([shown.page.querySelector("[type=password]"), links]).toEqual([null, ["/forgot-password"]]);
    // As from the form of a tab that was open before: what comes next is the page as it is now.
    for (const current of ["", "anything at all"])
      for (const isPart of ["false", "true"])
        expect((await visitor.post(passwordPage, { current, password }, { "hx-request": isPart })).location).toBe(
          passwordPage,
        );
    expect((await visitor.post(passwordPage, { remove: "on" })).status).toBe(303);
    expect(await hashOf(gatehouse, userId)).toBeNull();
    expect((await visitor.get("/account")).text).toContain("No password");
  });
});

describe("somebody with one passkey and no recovery codes", () => {
  test("is warned in the overview and on their page, and louder without a password", async () => {
    const visitor = gatehouse.visitor();
    const { email } = await visitor.join();
    await add(visitor);
    const line = async () =>
      (await visitor.get("/account")).page
        .querySelectorAll(".entries li")
        .find((row) => row.querySelector(`[href='${list}']`))?.text ?? "";
    expect(await line()).toContain("Add another in case you lose it.");
    expect((await visitor.get(list)).page.querySelector(".todo")).toBeNull();
    await gatehouse.rows(
      `update account set password = null where user_id = (select id from "user" where email = $1)`,
      [email],
    );
    expect(await line()).toContain("Only one");
    const warned = (await visitor.get(list)).page.querySelector(".todo");
    expect([warned?.text, warned?.querySelector("a")?.getAttribute("href")]).toEqual([
      expect.stringContaining("If you lose it, you may not get back in."),
      "/account/security/second-factor",
    ]);
    await add(visitor);
    expect([await line(), (await visitor.get(list)).page.querySelector(".todo")]).toEqual([
      expect.not.stringContaining("Only one"),
      null,
    ]);
  });

  test("is not warned any more once there are recovery codes", async () => {
    const { visitor } = await withoutPassword(gatehouse);
    expect((await visitor.get(list)).page.querySelector(".todo")).toBeNull();
    expect((await visitor.get("/account")).text).not.toContain("Only one");
  });
});

test("password managers hear of another address on the page that tells of it", async () => {
  const { visitor, person } = await equipped(gatehouse);
  const address = `new-${person.email}`;
  await visitor.post("/account/email", { email: address });
  const [mail] = await gatehouse.mailsTo(address);
  const token = /confirm-email\?token=([\w-]{43})/.exec(mail?.text ?? "")?.[1] ?? "";
  const confirmed = await visitor.post("/confirm-email", { token });
  const told = (await visitor.get(confirmed.location ?? "")).page.querySelector("[data-signal]");
  const { signalCurrentUserDetails: details } = JSON.parse(told?.getAttribute("data-signal") ?? "{}");
  expect(details).toMatchObject({ name: address, displayName: person.name });
  expect((await visitor.get("/account/email")).page.querySelector("[data-signal]")).toBeNull();
});

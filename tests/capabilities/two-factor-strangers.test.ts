import { afterAll, beforeAll, expect, test } from "bun:test";
import { administration } from "../../src/capabilities/administration/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { newFactorOwner } from "../support/authenticator-app";
import { giveRole } from "../support/golden";
import { startGatehouse, type Gatehouse } from "../support/harness";
import { resetToken } from "../support/passwordless";

/** An account that a stranger made with somebody's address, and closed to its owner with an app of the stranger's. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor, administration]);
});
afterAll(() => gatehouse.close());

const password = "the owner's own pass phrase";

async function squatted() {
  const stranger = await newFactorOwner(gatehouse);
  await gatehouse.rows(`update "user" set email_verified = false where email = $1`, [stranger.person.email]);
  return stranger;
}

/** Whatever is kept of the second factors in the house. */
const left = () =>
  gatehouse.rows(`select user_id from gatehouse.authenticator_app union all
    select user_id from gatehouse.recovery_code union all select user_id from gatehouse.trusted_browser`);

test("whoever reads the mailbox gets in with a new password, and the stranger's app is gone", async () => {
  const { person, visitor: stranger } = await squatted();
  const owner = gatehouse.visitor();
  const token = await resetToken(gatehouse, person);
  expect((await owner.post("/reset-password", { token, password })).location).toStartWith("/account");
  expect((await owner.get("/api/session")).status).toBe(200);
  expect([(await stranger.get("/api/session")).status, await left()]).toEqual([401, []]);
});

test("an app of an owner who had confirmed the address stays, and is asked for", async () => {
  const { person } = await newFactorOwner(gatehouse);
  const token = await resetToken(gatehouse, person);
  expect((await gatehouse.visitor().post("/reset-password", { token, password })).location).toBe("/second-step");
});

test("whoever is invited gets in likewise", async () => {
  const before = await left();
  const { person, visitor: stranger } = await squatted();
  const admin = gatehouse.visitor();
  await giveRole(gatehouse, (await admin.join()).email, "admin");
  await gatehouse.rows("delete from gatehouse.throttle"); // the mail of the sign-up was a moment ago
  await admin.post("/admin/invitations", { email: person.email, reason: "ticket 7" });
  const texts = (await gatehouse.mailsTo(person.email)).map(({ text }) => text).join("\n");
  const token = /invitation\?token=([\w-]{43})/.exec(texts)?.[1] ?? "";
  const invited = gatehouse.visitor();
  expect((await invited.post("/invitation", { token, name: "The Owner", password })).location).toStartWith("/account");
  expect([(await stranger.get("/api/session")).status, await left()]).toEqual([401, before]);
});

test("whoever reads the mail at an address that an administrator set gets in likewise, unless confirmed", async () => {
  const { person, visitor } = await newFactorOwner(gatehouse);
  const admin = gatehouse.visitor();
  await giveRole(gatehouse, (await admin.join()).email, "admin");
  const [row] = await gatehouse.rows<{ id: string }>(`select id from "user" where email = $1`, [person.email]);
  const path = `/admin/people/${row?.id}/email`;
  expect((await admin.get(path)).text).toContain("whoever reads its mail");
  const moved = { email: `moved.${person.email}` };
  await admin.post(path, { ...moved, reason: "ticket 7" });
  const reader = gatehouse.visitor();
  const token = await resetToken(gatehouse, moved);
  expect((await reader.post("/reset-password", { token, password })).location).toStartWith("/account");
  expect([(await reader.get("/api/session")).status, (await visitor.get("/api/session")).status]).toEqual([200, 401]);
});

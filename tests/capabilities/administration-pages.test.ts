import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { administration } from "../../src/capabilities/administration/index";
import { giveRole } from "../support/golden";
import { startGatehouse, type Gatehouse, type Visitor } from "../support/harness";

/** The pages of the administration, as people with and without a role meet them. */

let gatehouse: Gatehouse;
let admin: Visitor;
let support: Visitor;
let member: Visitor;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [administration]);
  admin = (await joined("admin")).visitor;
  support = (await joined("support")).visitor;
  member = (await joined()).visitor;
});
afterAll(() => gatehouse.close());

/** Somebody who has confirmed and signed in, with a role or without. */
async function joined(role?: "admin" | "support") {
  const visitor = gatehouse.visitor();
  const { email, name, password } = await visitor.join();
  const confirmed = `update "user" set email_verified = true where email = $1 returning id`;
  const [row] = await gatehouse.rows<{ id: string }>(confirmed, [email]);
  if (role) await giveRole(gatehouse, email, role);
  return { visitor, email, name, password, id: row?.id ?? "" };
}

describe("the administration", () => {
  test("asks nobody to sign in, and is nowhere for a member, who has no link to it either", async () => {
    for (const path of ["/admin", "/admin/people", "/admin/people/x", "/admin/people/x/suspend"]) {
      const stranger = await gatehouse.visitor().get(path);
      expect([path, stranger.status, stranger.location]).toEqual([
        path,
        303,
        `/sign-in?return_to=${encodeURIComponent(path)}`,
      ]);
      const [got, nowhere] = [await member.get(path), await member.get("/nowhere")];
      expect([path, got.status, got.page.querySelector("h1")?.text]).toEqual([
        path,
        404,
        nowhere.page.querySelector("h1")?.text,
      ]);
    }
    expect((await member.get("/account")).text).not.toContain("/admin");
    expect((await support.get("/account")).page.querySelector(`nav a[href="/admin"]`)?.text).toBe("Administration");
  });

  test("suspends somebody with a reason, who is out at once, and lets them in again", async () => {
    const person = await joined();
    const path = `/admin/people/${person.id}`;
    expect((await admin.get("/admin/people?search=" + person.email)).text).toContain(path);
    const form = await admin.get(`${path}/suspend`);
    expect((await admin.submit(form, { reason: " " })).status).toBe(422);
    const done = await admin.submit(form, { reason: "spam", words: "You sent spam." });
    expect([done.status, done.location]).toEqual([303, `${path}?done=suspend`]);
    expect((await person.visitor.get("/api/session")).status).toBe(401);
    const page = await admin.get(`${path}?done=suspend`);
    expect(page.text).toContain("You sent spam.");
    expect((await admin.submit(await admin.get(`${path}/resume`), { reason: "a mistake" })).status).toBe(303);
    expect((await person.visitor.signIn(person)).location).toBe("/account");
    expect((await person.visitor.get("/account/activity")).text).toContain("by an administrator");
  });
});

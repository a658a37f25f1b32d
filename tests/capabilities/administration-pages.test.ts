import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { administration } from "../../src/capabilities/administration/index";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { giveRole } from "../support/golden";
import { startGatehouse, type Gatehouse, type Visitor } from "../support/harness";
import { add } from "../support/passkeys";

/** The pages of the administration, as people with and without a role meet them. */

let gatehouse: Gatehouse;
let admin: Joined;
let support: Visitor;
let member: Visitor;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor, administration]);
  admin = await joined("admin");
  support = (await joined("support")).visitor;
  member = (await joined()).visitor;
});
afterAll(() => gatehouse.close());

type Joined = Awaited<ReturnType<typeof joined>>;

/** Somebody who has confirmed and signed in, with a role or without. */
async function joined(role?: "admin" | "support") {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  const confirmed = `update "user" set email_verified = true where email = $1 returning id`;
  const [row] = await gatehouse.rows<{ id: string }>(confirmed, [person.email]);
  if (role) await giveRole(gatehouse, person.email, role);
  return { ...person, visitor, id: row?.id ?? "", path: `/admin/people/${row?.id}` };
}

const eventsOf = ({ id }: { id: string }) =>
  gatehouse.rows<{ kind: string; actor: string; reason: string }>(
    "select kind, actor, reason from gatehouse.event where user_id = $1 and actor is not null order by id",
    [id],
  );

const reason = "ticket 7";
const post = (visitor: Visitor, path: string, fields: Record<string, string> = {}) =>
  visitor.post(path, { reason, ...fields });

describe("whoever has no role", () => {
  test("is asked to sign in, or finds nothing where the administration is, and no link to it", async () => {
    for (const path of ["/admin", "/admin/people", "/admin/people/x", "/admin/people/x/suspend", "/admin/events"]) {
      const stranger = await gatehouse.visitor().get(path);
      const location = `/sign-in?return_to=${encodeURIComponent(path)}`;
      expect([path, stranger.status, stranger.location]).toEqual([path, 303, location]);
      const [got, nowhere] = [await member.get(path), await member.get("/nowhere")];
      const titles = [got, nowhere].map(({ page }) => page.querySelector("h1")?.text);
      expect([path, got.status, titles[0]]).toEqual([path, 404, titles[1]]);
    }
    expect((await member.get("/account")).text).not.toContain("/admin");
    expect((await support.get("/account")).page.querySelector(`nav a[href="/admin"]`)?.text).toBe("Administration");
  });

  test("can do nothing to anybody", async () => {
    const person = await joined();
    expect((await post(member, `${person.path}/suspend`)).status).toBe(404);
    expect((await post(gatehouse.visitor(), `${person.path}/suspend`)).location).toStartWith("/sign-in?");
    expect((await person.visitor.get("/api/session")).status).toBe(200);
  });
});

/** Who may do what: the table of docs/security.md. Who is not named may nothing; `support` never on a role. */
const acts: Record<string, { by: string[]; fields?: Record<string, string>; before?: string }> = {
  suspend: { by: ["admin"] },
  resume: { by: ["admin"], before: "insert into gatehouse.suspension (user_id) values ($1)" },
  "sign-out": { by: ["admin", "support"] },
  link: { by: ["admin"] },
  "new-password": { by: ["admin"] },
  email: { by: ["admin"], fields: { email: "new@example.org" } },
  confirm: { by: ["admin"], before: `update "user" set email_verified = false where id = $1` },
  resend: { by: ["admin", "support"], before: `update "user" set email_verified = false where id = $1` },
  "give-admin": { by: ["admin"] },
  "give-support": { by: ["admin"] },
  "take-admin": { by: ["admin"], before: "insert into gatehouse.role (user_id, role) values ($1, 'admin')" },
  "take-support": { by: ["admin"], before: "insert into gatehouse.role (user_id, role) values ($1, 'support')" },
  "second-factor-off": {
    by: ["admin"],
    before: "insert into gatehouse.authenticator_app (user_id, secret, recovery_key) values ($1, '', '')",
  },
  export: { by: ["admin"] },
  delete: { by: ["admin"] },
};

describe("what may be done by whom", () => {
  for (const [act, { by, fields, before }] of Object.entries(acts))
    test(`${act}: ${by.join(", ")}`, async () => {
      const person = await joined();
      if (before) await gatehouse.rows(before, [person.id]);
      const tries = { nobody: gatehouse.visitor(), member, support, admin: admin.visitor };
      for (const [who, visitor] of Object.entries(tries)) {
        await gatehouse.rows("delete from gatehouse.throttle"); // some acts are mails, as the sign-up was
        const { location, headers } = await post(visitor, `${person.path}/${act}`, { seen: person.email, ...fields });
        const isFile = headers.has("content-disposition");
        const isDone = act === "export" ? isFile : location === `${person.path}?done=${act}`;
        expect([who, isDone]).toEqual([who, by.includes(who)]);
        const offered = (await visitor.get(person.path)).page.querySelector(`a[href$="/${act}"]`) !== null;
        if (!isDone) expect([who, offered]).toEqual([who, false]);
        if (isDone && who === "support" && act === "sign-out") await person.visitor.signIn(person);
      }
      const [first] = (await eventsOf(person)).filter((event) => event.reason === reason);
      expect(first?.reason).toBe(reason);
      expect((await eventsOf(person)).at(-1)?.actor).toBe(admin.id);
    });
});

describe("what may be done by whom", () => {
  test("invitations: admin", async () => {
    const fields = { email: "invited@example.org", reason };
    for (const visitor of [gatehouse.visitor(), member, support])
      expect((await visitor.post("/admin/invitations", fields)).location ?? "").not.toContain("done");
    expect(await gatehouse.rows("select 1 from gatehouse.invitation")).toEqual([]);
    const path = "/admin/invitations";
    expect((await admin.visitor.post(path, fields)).location).toBe(`${path}?done=invited`);
    expect((await support.get(path)).page.text).toContain("invited@example.org");
    const revoked = { revoke: fields.email, reason };
    expect((await admin.visitor.post(path, revoked)).location).toBe(`${path}?done=revoked`);
    expect((await admin.visitor.post(path, revoked)).text).toContain("No invitation to this address is waiting");
  });
});

describe("an act", () => {
  test("needs a reason, is seen by the person, and tells them by mail", async () => {
    const person = await joined();
    const form = await admin.visitor.get(`${person.path}/suspend`);
    expect((await admin.visitor.submit(form, { reason: " " })).status).toBe(422);
    expect((await admin.visitor.submit(form, { reason, words: "You sent spam." })).status).toBe(303);
    expect((await person.visitor.get("/api/session")).status).toBe(401);
    expect((await admin.visitor.get(`${person.path}?done=suspend`)).text).toContain("You sent spam.");
    await post(admin.visitor, `${person.path}/resume`);
    expect((await person.visitor.signIn(person)).location).toBe("/account");
    expect((await person.visitor.get("/account/activity")).text).toContain("by an administrator");
    const subjects = (await gatehouse.mailsTo(person.email)).map(({ subject }) => subject);
    expect(subjects).toContain("Gatehouse: your account is suspended");
  });
});

describe("an act", () => {
  test("needs a fresh proof, and is done once it is given", async () => {
    const [person, other] = [await joined(), await joined("admin")];
    await gatehouse.rows("update session set created_at = now() - interval '1 hour' where user_id = $1", [other.id]);
    const asked = await post(other.visitor, `${person.path}/sign-out`);
    expect([asked.status, (await eventsOf(person)).length]).toEqual([403, 0]);
    expect((await other.visitor.submit(asked, { proof: "a wrong pass phrase" })).status).toBe(422);
    expect((await eventsOf(person)).length).toBe(0);
    const done = await other.visitor.submit(asked, { proof: other.password });
    expect(done.location).toBe(`${person.path}?done=sign-out`);
    expect(await eventsOf(person)).toMatchObject([{ kind: "signed_out_everywhere", actor: other.id, reason }]);
  });
});

describe("an act", () => {
  test("needs both factors of whoever has a passkey: the password alone, however fresh, is not enough", async () => {
    const house = await startGatehouse({}, undefined, [administration, passkeys]);
    const [owner, other] = [house.visitor(), house.visitor()];
    const [{ email }, person] = [await owner.join(), await other.join()];
    await add(owner);
    await giveRole(house, email);
    const [row] = await house.rows<{ id: string }>(`select id from "user" where email = $1`, [person.email]);
    const asked = await owner.post(`/admin/people/${row?.id}/sign-out`, { reason });
    expect([asked.status, asked.page.querySelector("[name=proof]")]).toEqual([403, null]);
    expect(asked.page.querySelector("[name=passkey]")).not.toBeNull();
    const empty = await owner.submit(asked, { passkey: "" });
    expect([empty.status, empty.text.includes("Choose a passkey.")]).toEqual([422, true]);
    expect((await other.get("/api/session")).status).toBe(200);
    await house.close();
  });

  test("of somebody who lost the role, or is suspended, meanwhile does nothing", async () => {
    const [person, demoted, suspended] = [await joined(), await joined("admin"), await joined("admin")];
    const forms = await Promise.all([demoted, suspended].map(({ visitor }) => visitor.get(`${person.path}/suspend`)));
    await post(admin.visitor, `${demoted.path}/take-admin`);
    await post(admin.visitor, `${suspended.path}/suspend`);
    const answers = [demoted, suspended].map(
      ({ visitor }, place) => forms[place] && visitor.submit(forms[place], { reason }),
    );
    expect((await Promise.all(answers)).map((answer) => answer?.status)).toEqual([404, 303]);
    expect(await eventsOf(person)).toEqual([]);
  });
});

describe("what gets a clear answer", () => {
  test("the last administrator stays, of two who act on each other at once one is left", async () => {
    const [one, two] = [admin, await joined("admin")];
    await gatehouse.rows("delete from gatehouse.role where role = 'admin' and user_id not in ($1, $2)", [
      one.id,
      two.id,
    ]);
    await Promise.all([post(one.visitor, `${two.path}/take-admin`), post(two.visitor, `${one.path}/take-admin`)]);
    const left = await gatehouse.rows<{ user_id: string }>("select user_id from gatehouse.role where role = 'admin'");
    expect(left).toHaveLength(1);
    const last = left[0]?.user_id === one.id ? one : two;
    for (const act of ["take-admin", "suspend", "delete"]) {
      const refused = await post(last.visitor, `${last.path}/${act}`);
      expect([act, refused.status, refused.text.includes("the only administrator")]).toEqual([act, 422, true]);
    }
    admin = last;
  });
});

describe("what gets a clear answer", () => {
  test("a person who was deleted while their page was open is gone, and what is no id is nobody", async () => {
    const person = await joined();
    const form = await admin.visitor.get(`${person.path}/suspend`);
    await gatehouse.rows(`delete from "user" where id = $1`, [person.id]);
    expect((await admin.visitor.submit(form, { reason })).status).toBe(404);
    for (const id of ["x", "%00", "%", "a".repeat(5000)])
      expect([id, (await admin.visitor.get(`/admin/people/${id}`)).status >= 400]).toEqual([id, true]);
    expect((await admin.visitor.get(`${admin.path}/no-such-act`)).status).toBe(404);
  });

  test("every sign that is searched for stands for itself", async () => {
    const search = async (text: string) => {
      const got = await admin.visitor.get(`/admin/people?search=${encodeURIComponent(text)}`);
      return [got.status, got.page.querySelectorAll(".people li").length];
    };
    for (const text of ["%", "_", "ad_", "\\"]) expect([text, await search(text)]).toEqual([text, [200, 0]]);
    for (const text of ["\0", "a".repeat(1000)]) expect([text, await search(text)]).toEqual([text, [422, 0]]);
    expect(await search("a".repeat(10_000))).toEqual([404, 0]); // no path of ours is so long
    expect(await search(admin.email.toUpperCase())).toEqual([200, 1]);
    for (const query of ["person=%00", "from=yesterday", `address=${"1".repeat(2000)}`])
      expect([query, (await admin.visitor.get(`/admin/events?${query}`)).status]).toEqual([query, 422]);
    expect((await admin.visitor.get("/admin/people?after=nonsense")).status).toBe(422);
  });
});

test("the page of somebody whose account will be deleted says when, by the clock of whoever looks", async () => {
  const { path, visitor } = await joined();
  await visitor.post("/account/delete", {});
  await gatehouse.rows("update gatehouse.deletion set due_at = '2026-12-06T03:00:00Z'");
  const far = await joined("support");
  far.visitor.cookies.set("gatehouse.time-zone", "America%2FLos_Angeles");
  expect((await far.visitor.get(path)).text).toContain("on December 5, 2026 at 7:00 PM PST");
});

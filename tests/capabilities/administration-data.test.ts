import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { coreMailKinds } from "../../src/account/outbox";
import { administration } from "../../src/capabilities/administration/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { startOfDay } from "../../src/http/time-zone";
import { newFactorOwner } from "../support/authenticator-app";
import { giveRole } from "../support/golden";
import { startGatehouse, type Gatehouse, type Visitor } from "../support/harness";

/** What administrators do to a second factor and to what is kept of somebody, and what the log tells of refusals. */

let gatehouse: Gatehouse;
let admin: Visitor;
let support: Visitor;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor, administration]);
  [admin, support] = [(await member("admin")).visitor, (await member("support")).visitor];
});
afterAll(() => gatehouse.close());
beforeEach(() => gatehouse.rows("delete from gatehouse.throttle"));

const idOf = async (house: Gatehouse, { email }: { email: string }) =>
  (
    await house.rows<{ id: string }>(`update "user" set email_verified = true where email = $1 returning id`, [email])
  )[0]?.id ?? "";

/** Somebody who has confirmed and signed in, with a role or without. */
async function member(role?: "admin" | "support", house = gatehouse) {
  const visitor = house.visitor();
  const person = await visitor.join();
  const id = await idOf(house, person);
  if (role) await giveRole(house, person.email, role);
  return { ...person, visitor, id, path: `/admin/people/${id}` };
}

const reason = "ticket 7";
const grow = (id: string) =>
  gatehouse.rows("update session set created_at = now() - interval '1 hour' where user_id = $1", [id]);
const eventsOf = (id: string) =>
  gatehouse.rows<{ kind: string; actor: string; reason: string }>(
    "select kind, actor, reason from gatehouse.event where user_id = $1 and actor is not null order by id",
    [id],
  );
const mailsTo = async (email: string) => (await gatehouse.mailsTo(email)).map(({ subject }) => subject);

test("a day of the events is one of whoever looks, as above the events, also where the clocks change", async () => {
  const far = await member("support");
  far.visitor.cookies.set("gatehouse.time-zone", "America%2FLos_Angeles");
  await gatehouse.rows(
    "insert into gatehouse.event (kind, outcome, at) values ('far', 'done', '2026-11-20T03:00:00Z')",
  );
  for (const [day, title] of [
    ["2026-11-19", "Thursday, November 19"],
    ["2026-11-20", ""],
  ]) {
    const { page } = await far.visitor.get(`/admin/events?kind=far&from=${day}&to=${day}`);
    expect([day, page.querySelector("#found h2")?.text ?? ""]).toEqual([day, title ?? ""]);
  }
  const began = (day: string, zone = "Pacific/Auckland") => startOfDay(new Date(day), zone).toISOString();
  expect(["2026-09-27", "2026-09-28"].map((day) => began(day))).toEqual([
    "2026-09-26T12:00:00.000Z",
    "2026-09-27T11:00:00.000Z",
  ]);
  const odd = ["0001-01-01", "+010000-01-01"].map((day) => `${day}T00:00:00.000Z`);
  expect(odd.map((day) => began(day))).toEqual(odd);
  expect(began("2026-04-05")).toBe("2026-04-04T11:00:00.000Z");
  expect(began("1970-01-01")).toBe("1969-12-31T12:00:00.000Z");
  // Clocks go from midnight to one, from one back to midnight, and past a whole day.
  expect(began("2026-03-08", "America/Havana")).toBe("2026-03-08T05:00:00.000Z");
  expect(began("2026-11-01", "America/Havana")).toBe("2026-11-01T04:00:00.000Z");
  expect(began("2026-04-24", "Africa/Cairo")).toBe("2026-04-23T22:00:00.000Z");
  expect(began("2011-12-30", "Pacific/Apia")).toBe("2011-12-30T10:00:00.000Z");
});

test("a page that is not the last one of what was searched for says that there are more, and leads back", async () => {
  await gatehouse.rows(
    `insert into gatehouse.event (kind, outcome, client_address)
      select 'many', 'done', '192.0.2.' || n from generate_series(1, 51) n`,
  );
  const countOn = async (path: string) => {
    const { page } = await support.get(path);
    const link = page.querySelectorAll(".pages a").at(-1)?.getAttribute("href");
    return [page.querySelector(".count")?.text, String(link).replaceAll("&amp;", "&")];
  };
  const [count, older = ""] = await countOn("/admin/events?kind=many");
  expect(count).toBe("50 events, and more on the next page");
  const [rest, start = ""] = await countOn(older);
  expect([rest, await countOn(start)]).toEqual(["1 event", [count, older]]);
  await gatehouse.rows(
    `insert into "user" (id, name, email) select n, 'Leafed', n || '@leafed.example' from generate_series(1, 26) n`,
  );
  const [, next = ""] = await countOn("/admin/people?search=leafed&filter=unconfirmed");
  const [, first = ""] = await countOn(next);
  expect(await countOn(first)).toEqual([expect.stringContaining("25 people"), next]);
});

test("nothing happened to whom nobody is, and a place that is none is the first page of the events", async () => {
  await gatehouse.rows("insert into gatehouse.event (kind, outcome) values ('once', 'done')");
  const found = async (query: string) => {
    const { status, page } = await support.get(`/admin/events?kind=once&${query}`);
    return [query, status, page.querySelector(".count")?.text];
  };
  expect(await found("person=nobody@example.org")).toEqual(["person=nobody@example.org", 200, "No such events."]);
  for (const place of ["x", "-1", "9".repeat(30)])
    expect(await found(`before=${place}`)).toEqual([`before=${place}`, 200, "1 event"]);
});

test("a mail that waits is told by what it is, whichever it is, in every language", async () => {
  const { path, id, email } = await member();
  const kinds = Object.keys(Object.assign({}, coreMailKinds, twoFactor.mails, administration.mails));
  expect(kinds.length).toBeGreaterThan(20);
  await gatehouse.rows(
    `insert into gatehouse.outbox (kind, recipient, language, user_id, try_at)
      select unnest($1::text[]), $2, 'en', $3, now() + interval '1 hour'`,
    [kinds, email, id],
  );
  for (const language of ["en", "de", "fr", "es"]) {
    support.cookies.set("gatehouse.language", language);
    const titles = (await support.get(path)).page.querySelectorAll(".entry-title").map(({ text }) => text.trim());
    expect([language, titles.filter((title) => /^[a-z]+(_[a-z]+)*\s/.test(title))]).toEqual([language, []]);
    expect(titles.length).toBeGreaterThan(kinds.length);
  }
  support.cookies.delete("gatehouse.language");
});

describe("a second factor", () => {
  test("is taken off by an administrator: its owner is signed out, told, and signs in with one", async () => {
    const { visitor, person } = await newFactorOwner(gatehouse);
    const id = await idOf(gatehouse, person);
    const path = `/admin/people/${id}`;
    const form = await admin.get(`${path}/second-factor-off`);
    expect((await admin.submit(form, { reason: "" })).status).toBe(422);
    expect((await admin.submit(form, { reason })).location).toBe(`${path}?done=second-factor-off`);
    expect((await visitor.get("/api/session")).status).toBe(401);
    expect(await gatehouse.rows("select 1 from gatehouse.device where user_id = $1", [id])).toEqual([]);
    expect((await eventsOf(id)).at(-1)).toMatchObject({ kind: "second_factor_off", reason });
    expect((await mailsTo(person.email))[0]).toBe("Gatehouse: two-step sign-in is off");
    const again = gatehouse.visitor();
    expect((await again.signIn(person)).location).toBe("/account");
    const { text } = await again.get("/account/activity");
    for (const said of ["Two-step sign-in turned off", "by an administrator"]) expect(text).toContain(said);
  });

  test("that somebody does not have, or that is off for everybody, cannot be taken off", async () => {
    const none = await member();
    const nothing = await admin.post(`${none.path}/second-factor-off`, { reason });
    expect([nothing.location, await eventsOf(none.id)]).toEqual([none.path, []]);
    const off = await startGatehouse({ GATEHOUSE_SECOND_FACTOR: "off" }, undefined, [twoFactor, administration]);
    const [one, other] = [await member("admin", off), await member(undefined, off)];
    const app = "insert into gatehouse.authenticator_app (user_id, secret, recovery_key) values ($1, '', '')";
    await off.rows(app, [other.id]);
    expect((await one.visitor.get(other.path)).text).not.toContain("second-factor-off");
    expect((await one.visitor.post(`${other.path}/second-factor-off`, { reason })).location).toBe(other.path);
    expect(await off.rows("select 1 from gatehouse.authenticator_app")).toHaveLength(1);
    await off.close();
  });
});

describe("what is kept of somebody", () => {
  test("is given to an administrator as a file that no cache keeps, and is an event", async () => {
    const person = await member();
    const form = await admin.get(`${person.path}/export`);
    expect(form.page.querySelector("#act-form")?.getAttribute("hx-post")).toBeUndefined();
    expect((await admin.submit(form, { reason: " " })).status).toBe(422);
    expect(await eventsOf(person.id)).toEqual([]);
    const got = await admin.submit(form, { reason });
    const headers = ["content-disposition", "cache-control", "content-type"].map((name) => got.headers.get(name));
    const name = `attachment; filename="data-${person.id}.json"`;
    expect([got.status, ...headers]).toEqual([200, name, "no-store", "application/json; charset=utf-8"]);
    expect(JSON.parse(got.text)).toMatchObject({
      profile: { id: person.id, email: person.email },
      activity: [{ kind: "data_exported", reason }, { kind: "sign_in" }, { kind: "sign_up" }],
    });
    expect(got.text).not.toMatch(/argon2|token/);
    expect((await eventsOf(person.id)).map(({ kind }) => kind)).toEqual(["data_exported"]);
    expect((await person.visitor.get("/account/activity")).text).toContain("by an administrator");
    expect((await person.visitor.get("/api/session")).status).toBe(200);
  });

  test("is asked for once more after a proof, with the reason kept, and is given then", async () => {
    const [person, other] = [await member(), await member("admin")];
    await grow(other.id);
    const asked = await other.visitor.post(`${person.path}/export`, { reason });
    expect([asked.status, await eventsOf(person.id)]).toEqual([403, []]);
    const htmx = { "hx-request": "true", "hx-request-type": "partial" };
    const ready = await other.visitor.submit(asked, { proof: other.password }, htmx);
    expect([ready.status, ready.headers.get("hx-retarget")]).toEqual([200, "#content"]);
    expect([ready.text.includes("ready to download"), await eventsOf(person.id)]).toEqual([true, []]);
    const got = await other.visitor.submit(ready, {});
    expect(JSON.parse(got.text)).toMatchObject({ profile: { id: person.id } });
    expect(await eventsOf(person.id)).toEqual([{ kind: "data_exported", actor: other.id, reason }]);
  });
});

describe("whose account is deleted at once", () => {
  /** The mails that wait: what is left of somebody who is gone. */
  const waiting = () => gatehouse.rows("select recipient from gatehouse.outbox");

  test("is told by mail, whose order outlives the account, and whose address goes with it", async () => {
    const person = await member();
    await gatehouse.mailsTo("");
    const gone = await admin.post(`${person.path}/delete`, { reason, now: "on" });
    expect(gone.location).toBe("/admin/people?done=deleted");
    const [mail] = await gatehouse.mailsTo(person.email);
    expect(mail?.subject).toBe("Gatehouse: your account was deleted");
    expect(mail?.text).toContain("You’re receiving this because you had an account at Gatehouse.");
    expect(mail?.text).not.toMatch(/token=/);
    expect(await waiting()).toEqual([]);
    const { text } = await admin.get("/admin/events?kind=account_deleted");
    expect(text).toContain(person.id);
  });

  test("is told nothing at an address that never confirmed", async () => {
    const person = await member();
    await gatehouse.rows(`update "user" set email_verified = false where id = $1`, [person.id]);
    await gatehouse.mailsTo("");
    await admin.post(`${person.path}/delete`, { reason, now: "on" });
    expect(await mailsTo(person.email)).not.toContain("Gatehouse: your account was deleted");
  });

  test("is told by a verb too, in the first language of the settings", async () => {
    const german = await startGatehouse({ GATEHOUSE_LANGUAGES: "de,en" }, undefined, [administration]);
    const person = await member(undefined, german);
    await (await administration.verbs?.())?.users?.(german.given, "delete", person.email, "--now");
    const [mail] = await german.mailsTo(person.email);
    expect([mail?.subject, mail?.html.includes('<html lang="de"')]).toEqual([
      "Gatehouse: Dein Konto wurde gelöscht",
      true,
    ]);
    expect(await german.rows("select 1 from gatehouse.outbox")).toEqual([]);
    await german.close();
  });
});

test("what a role does not allow is a line of the log: who reached for it, and where", async () => {
  const person = await member();
  const id = JSON.parse((await support.get("/api/session")).text).user.id;
  const reached = { level: "warn", event: "access.refused", user: id, why: "no_role" };
  const paths = [`${person.path}/suspend`, `${person.path}/export`, `${person.path}/second-factor-off`];
  await gatehouse.rows("insert into gatehouse.authenticator_app (user_id, secret, recovery_key) values ($1, '', '')", [
    person.id,
  ]);
  for (const path of [...paths, "/admin/invitations"]) {
    gatehouse.log.length = 0;
    const refused = await support.post(path, { reason, email: "somebody@example.org" });
    const lines = gatehouse.log.map((line) => JSON.parse(line)).filter(({ event }) => event === "access.refused");
    expect([refused.status, lines]).toEqual([422, [expect.objectContaining({ ...reached, path })]]);
  }
  expect(await eventsOf(person.id)).toEqual([]);
});

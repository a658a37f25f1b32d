import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { letGo } from "../../src/capabilities/administration/held-up";
import { administration } from "../../src/capabilities/administration/index";
import { giveRole } from "../support/golden";
import { startGatehouse, type Gatehouse, type Visitor } from "../support/harness";

/** What is typed or made up at the pages and verbs of the administration: a clear answer, and nothing is changed. */

let gatehouse: Gatehouse;
let admin: Joined;
let support: Joined;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [administration]);
  admin = await joined("admin");
  support = await joined("support");
});
afterAll(() => gatehouse.close());

type Joined = Awaited<ReturnType<typeof joined>>;

async function joined(role?: "admin" | "support") {
  const visitor = gatehouse.visitor();
  const person = await visitor.join();
  const update = `update "user" set email_verified = $2 where email = $1 returning id`;
  const [row] = await gatehouse.rows<{ id: string }>(update, [person.email, role !== undefined]);
  if (role) await giveRole(gatehouse, person.email, role);
  await gatehouse.rows("delete from gatehouse.throttle"); // a sign-up is a mail
  return { ...person, visitor, id: row?.id ?? "", path: `/admin/people/${row?.id}` };
}

const eventsBy = ({ id }: Joined) =>
  gatehouse.rows<{ kind: string; reason: string }>(
    "select kind, reason from gatehouse.event where actor = $1 order by id",
    [id],
  );
const reason = "ticket 7";
const invitations = "/admin/invitations";
const nul = "a\0b";

/** The status, and what is said at a field. */
const saidAt = async (field: string, answer: ReturnType<Visitor["post"]>) => {
  const { status, page } = await answer;
  return [status, page.querySelector(`#${field}-note`)?.text.trim()];
};

/** What a verb is refused with. */
const refusal = async (verb: string, ...values: string[]) =>
  Promise.resolve((await administration.verbs?.())?.[verb]?.(gatehouse.given, ...values)).then(
    () => "",
    (error: Error) => error.message,
  );

test("an address to invite that is none is told with what else is wrong, before a proof is asked for", async () => {
  const both = () => admin.visitor.post(invitations, { email: "somebody" });
  expect(await saidAt("email", both())).toEqual([422, expect.stringContaining("Enter an address")]);
  expect(await saidAt("reason", both())).toEqual([422, expect.stringContaining("Say why")]);
  await gatehouse.rows("update session set created_at = created_at - interval '20 minutes' where user_id = $1", [
    admin.id,
  ]);
  const alone = admin.visitor.post(invitations, { email: "somebody", reason });
  expect(await saidAt("email", alone)).toEqual([422, expect.stringContaining("Enter an address")]);
  await gatehouse.rows("update session set created_at = now() where user_id = $1", [admin.id]);
});

test("nobody has an id that no path can be read as", async () => {
  for (const id of ["%", "%ED%A0%80", "%F0", "%00"])
    for (const path of [`/admin/people/${id}`, `/admin/people/${id}/suspend`, `${admin.path}/${id}`]) {
      const got = [await admin.visitor.get(path), await admin.visitor.post(path, { reason })];
      expect([path, ...got.map(({ status }) => status)]).toEqual([path, 404, 404]);
    }
});

describe("a reason", () => {
  const wrong: Record<string, string> = {
    "": "Say why",
    "\u200b \u2060": "Say why",
    [nul]: "Leave out control",
    ["😀".repeat(501)]: "At most 500",
  };

  test("is asked for, and refused where nobody could read it, by every act", async () => {
    const person = await joined();
    const before = await eventsBy(admin);
    await admin.visitor.post(invitations, { email: "waits@example.org", reason });
    const forms: [string, Record<string, string>][] = [
      [`${person.path}/sign-out`, {}],
      [invitations, { email: "new@example.org" }],
      [invitations, { revoke: "waits@example.org" }],
    ];
    for (const [path, fields] of forms)
      for (const [text, sign] of Object.entries(wrong)) {
        const answer = await admin.visitor.post(path, { ...fields, reason: text });
        const said = answer.page.querySelector("#reason-note")?.text.trim();
        expect([path, text, answer.status, said]).toEqual([path, text, 422, expect.stringContaining(sign)]);
        for (const [name, value] of Object.entries(fields))
          expect(answer.page.querySelector(`form[id] [name=${name}]`)?.getAttribute("value")).toBe(value);
      }
    expect(await eventsBy(admin)).toEqual([...before, { kind: "invited", reason }]);
    expect(await gatehouse.rows("select email, revoked_at from gatehouse.invitation")).toEqual([
      { email: "waits@example.org", revoked_at: null },
    ]);
  });
});

describe("a reason", () => {
  test("stands in the event of an invitation that is made and taken back by the page's forms", async () => {
    const email = "guest@example.org";
    const full = "😀".repeat(500);
    const invited = await admin.visitor.submit(await admin.visitor.get(invitations), { email, reason: ` ${full} ` });
    expect(invited.location).toBe(`${invitations}?done=invited`);
    const list = await admin.visitor.get(invitations);
    const link = list.page.querySelector(`a[aria-label="Revoke the invitation of ${email}"]`)?.getAttribute("href");
    const asked = await admin.visitor.get(String(link).replaceAll("&amp;", "&"));
    expect((await admin.visitor.submit(asked, { reason: "left" })).location).toBe(`${invitations}?done=revoked`);
    expect((await eventsBy(admin)).slice(-2)).toEqual([
      { kind: "invited", reason: full },
      { kind: "invitation_revoked", reason: "left" },
    ]);
    const onlooker = await support.visitor.get(`${invitations}?revoke=${email}`);
    expect([onlooker.status, onlooker.page.querySelector("[name=reason]")]).toEqual([200, null]);
    expect((await admin.visitor.get(`${invitations}?revoke=%00`)).page.querySelector("[name=revoke]")).toBeNull();
  });
});

test("what somebody suspended is told can be printed, and an invitation of what is no address is gone", async () => {
  const person = await joined();
  const suspended = await saidAt("words", admin.visitor.post(`${person.path}/suspend`, { reason, words: nul }));
  expect(suspended).toEqual([422, expect.stringContaining("Leave out control")]);
  expect((await person.visitor.get("/api/session")).status).toBe(200);
  const revoked = await admin.visitor.post(invitations, { revoke: nul, reason });
  expect([revoked.status, revoked.text.includes("No invitation to this address is waiting")]).toEqual([422, true]);
});

test("of somebody else's address and name nothing is said as of one's own", async () => {
  const { email, path } = await joined();
  expect(await saidAt("email", admin.visitor.post(invitations, { reason }))).toEqual([422, "Enter an email address."]);
  const given = (to: string) => saidAt("email", admin.visitor.post(`${path}/email`, { reason, email: to }));
  expect(await given("")).toEqual([422, "Enter an email address."]);
  expect(await given(email)).toEqual([422, "This is their email address already."]);
  expect(await refusal("users", "set-email", email, email)).toBe("This is their email address already.");
  expect(await refusal("users", "add", "new@example.org", "--name=")).toBe("Enter a name.");
  expect(await refusal("users", "uninvite", email)).toStartWith("No invitation to this address is waiting");
});

test("nobody is suspended until what is no day", async () => {
  const { path, visitor } = await joined();
  for (const until of ["2199-02-30", "tomorrow"]) {
    const said = await saidAt("until", admin.visitor.post(`${path}/suspend`, { reason, until }));
    expect([until, ...said]).toEqual([until, 422, expect.stringContaining("must lie ahead")]);
  }
  expect(await visitor.isIn()).toBe(true);
});

test("a verb refuses what no column can hold, wherever it comes from", async () => {
  const { email } = await joined();
  const unprintable = "Leave out control characters.";
  expect(await refusal("users", "sign-out", email, `--reason=${nul}`)).toBe(unprintable);
  expect(await refusal("users", "suspend", email, `--words=${nul}`)).toBe(unprintable);
  expect(await refusal("users", "invite", "one@example.org", `--reason=${nul}`)).toBe(unprintable);
  expect(await refusal("let-go", email, `--reason=${nul}`)).toBe(unprintable);
  expect(await refusal("events", `--kind=${nul}`)).toBe(unprintable);
  expect(await refusal("events", `--address=${nul}`)).toBe(unprintable);
  expect(await refusal("users", "uninvite", nul)).not.toMatch(/^$|Failed query/);
  for (const date of [
    "0000-01-01",
    "0001-01-01T00:00+14:00",
    "9999-12-31T23:59-14:00",
    "2027-02-30",
    "2027-13-01",
    "2027-12-31 (foo)",
    "2027-06-31T10:00",
  ]) {
    expect([date, await refusal("events", `--from=${date}`)]).toEqual([date, expect.stringContaining("write a date")]);
    expect(await refusal("users", "list", `--since=${date}`)).toContain("write a date");
  }
  expect(await refusal("users", "sign-out", email, "--reason=one line\nand another\t…")).toBe("");
});

test("a day and a place of a list are those that the program could have written", async () => {
  const status = async (path: string) => (await admin.visitor.get(path)).status;
  for (const day of ["0000-01-01", "2026-02-30", "10000-01-01"])
    for (const end of ["from", "to"]) expect([day, await status(`/admin/events?${end}=${day}`)]).toEqual([day, 422]);
  for (const day of ["0001-01-01", "9999-12-31"])
    for (const end of ["from", "to"]) expect([day, await status(`/admin/events?${end}=${day}`)]).toEqual([day, 200]);
  const at = (place: string, id = "y") =>
    `/admin/people?after=${Buffer.from(JSON.stringify([place, id])).toString("base64url")}`;
  const times = ["0", "1", "2026", "2026-01-01", "+275760-09-13", "2026-01-01 (foo)", "Jan 1 99999", "now", "Infinity"];
  const never = ["0000-01-01", "2026-02-30", "2027-02-29", "1900-02-29", "2026-13-01", "294277-01-01", "999999-01-01"];
  const ends = ["2026-01-01 24:00:00", "2026-01-01 00:00:60", "4714-01-01 00:00:00 BC", "2026-01-01 00:00:00+00"];
  for (const place of [...times, ...never.map((day) => `${day} 00:00:00`), ...ends])
    expect([place, await status(at(place))]).toEqual([place, 422]);
  const days = ["2026-01-01", "2028-02-29", "294276-12-31", "0001-01-01", "12000-02-29"];
  const good = [
    "2026-01-01 00:00:00.123456",
    "0005-02-29 23:59:59 BC",
    "4713-01-01 00:00:00 BC",
    "infinity",
    "-infinity",
  ];
  for (const place of [...days.map((day) => `${day} 23:59:59.999999`), ...good])
    expect([place, await status(at(place))]).toEqual([place, 200]);
  expect(await status(at("2026-01-01 00:00:00", nul))).toBe(422);
  for (const before of ["-".repeat(36), "f".repeat(36), "%00"])
    expect([before, await status(`${invitations}?before=${before}`)]).toEqual([before, 200]);
});

/** What was done, or the answer to whoever must wait. */
async function held(visitor: Visitor, path: string, fields: Record<string, string> = {}) {
  const { status, headers, location, text } = await visitor.post(path, { reason, ...fields });
  if (status === 303) return location?.replace(/.*\?/, "");
  const seconds = Number(headers.get("retry-after"));
  return [status, seconds > 20 && seconds <= 30, text.includes(`Try again in ${seconds} seconds`)];
}
const wait = [429, true, true]; // for the rest of half a minute

describe("mails to one address", () => {
  test("are not sent as often as somebody with a role asks: a stranger's mailbox is not flooded", async () => {
    const person = await joined();
    const { email } = person;
    await gatehouse.mailsTo(email);
    expect(await held(support.visitor, `${person.path}/resend`)).toBe("done=resend");
    const sent = (await gatehouse.mailsTo(email)).length;
    expect(await held(support.visitor, `${person.path}/resend`)).toEqual(wait);
    expect(await held(admin.visitor, `${person.path}/link`)).toEqual(wait);
    expect(await held(admin.visitor, invitations, { email })).toEqual(wait);
    expect(await gatehouse.mailsTo(email)).toHaveLength(sent);
    expect(await held(admin.visitor, `${person.path}/new-password`)).toBe("done=new-password"); // what protects is done
  });

  test("are not held up by strangers who ask for some, and are let go with the rest", async () => {
    const person = await joined();
    const email = "invited@example.org";
    for (const address of [email, person.email]) await gatehouse.visitor().post("/forgot-password", { email: address });
    expect(await held(admin.visitor, invitations, { email })).toBe("done=invited");
    expect(await held(admin.visitor, `${person.path}/link`)).toBe("done=link");
    expect(await held(admin.visitor, invitations, { email })).toEqual(wait);
    await letGo(gatehouse.given, email);
    expect(await held(admin.visitor, invitations, { email })).toBe("done=invited");
  });

  test("nor by giving the address to an account, unless that is known to be theirs", async () => {
    const [one, other] = [await joined(), await joined()];
    const email = "elsewhere@example.org";
    const isConfirmed = { isConfirmed: "on" };
    expect(await held(admin.visitor, `${one.path}/email`, { email })).toBe("done=email");
    expect(await held(admin.visitor, `${one.path}/email`, { email: one.email, ...isConfirmed })).toBe("done=email");
    expect(await held(admin.visitor, `${other.path}/email`, { email: email.toUpperCase() })).toEqual(wait);
    expect(await held(admin.visitor, `${other.path}/email`, { email, ...isConfirmed })).toBe("done=email");
  });
});

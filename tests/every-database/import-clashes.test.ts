import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { startGatehouse, type Gatehouse } from "../support/harness";
import { importInto, withFile } from "../support/importing";

/** Who is there already, and who is in the file twice. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor]);
});
afterAll(() => gatehouse.close());
beforeEach(() => gatehouse.rows(`delete from "user"`));

const lines = (...people: object[]) => people.map((one) => JSON.stringify(one)).join("\n");
const jsonl = (content: string, isDry = false) =>
  withFile(content, (file) => importInto(gatehouse, { format: "jsonl", file, isDry }));
const everything = () =>
  gatehouse.rows(`select 'user' as of, to_jsonb(u) as row from "user" u
    union all select 'account', to_jsonb(a) - 'id' from account a
    union all select 'app', to_jsonb(f) - 'secret' - 'recovery_key' from gatehouse.authenticator_app f order by 1, 2`);

const ada = { id: "ada", email: "Ada@Example.ORG", name: "Ada", totpSecret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" };
const grace = { id: "grace", email: "grace@example.org", name: "Grace" };

test("an address is kept in lower case, and one with other capitals is the same", async () => {
  expect(await jsonl(lines(ada, { ...ada, id: "ada2", email: "ADA@example.org" }))).toMatchObject({
    imported: 1,
    told: ["line 2: has the address or the id of line 1"],
  });
  expect(await gatehouse.rows(`select email from "user"`)).toEqual([{ email: "ada@example.org" }]);
});

test("a second run finds everybody there, changes nothing, and adds who is new", async () => {
  await jsonl(lines(ada, { email: "nobody@example.org" }));
  const before = await everything();
  expect(await jsonl(lines(ada, { email: "Nobody@example.org" }))).toMatchObject({ alreadyThere: 2, told: [] });
  expect(await everything()).toEqual(before);
  expect(await jsonl(lines({ ...ada, name: "Eve" }, grace))).toMatchObject({ alreadyThere: 1, imported: 1, told: [] });
  expect((await everything()).length).toBe(before.length + 2);
  expect(await gatehouse.rows(`select name from "user" where id = 'ada'`)).toEqual([{ name: "Ada" }]);
});

test("nobody takes an account over by its address or its id, and each line that tries is named", async () => {
  await jsonl(lines(ada));
  const before = await everything();
  const told = [
    "line 1: has the address of an account with another id",
    "line 2: has the id of an account with another address",
    "line 4: has the address or the id of line 3",
    "line 5: has the address or the id of line 3",
    "line 6: has the address or the id of line 1",
  ];
  const file = lines(
    { ...ada, id: "eve", passwordHash: "$2b$04$........................................" },
    { ...ada, email: "eve@example.org" },
    grace,
    { ...grace, email: "eve2@example.org" },
    { ...grace, id: "eve2" },
    ada,
  );
  const dry = await jsonl(file, true);
  expect(dry).toMatchObject({ imported: 1, refused: 5, told });
  expect(await everything()).toEqual(before);
  expect(await jsonl(file)).toEqual(dry);
  expect(await gatehouse.rows(`select id, email from "user" order by id`)).toEqual([
    { id: "ada", email: "ada@example.org" },
    { id: "grace", email: "grace@example.org" },
  ]);
});

test("a dry run writes nothing, and says what a run would", async () => {
  const file = lines(ada, grace, { email: "no address" }, { ...ada, suspended: true, id: "x" }, {});
  const dry = await jsonl(file, true);
  expect(await everything()).toEqual([]);
  expect(await jsonl(file)).toEqual(dry);
  expect(dry).toMatchObject({ imported: 2, refused: 3 });
});

/** What is noted of imports, the newest first. */
const noted = async () =>
  await gatehouse.rows(
    "select subject, actor, user_id from gatehouse.event where kind = 'people_imported' order by id desc",
  );

test("entries by which anybody came are an event: of which format, how many, and by whom", async () => {
  const before = (await noted()).length;
  const file = lines(ada, grace, { email: "no address" });
  await jsonl(file, true);
  expect((await noted()).length).toBe(before);
  await jsonl(file);
  const [event, ...others] = await noted();
  const subject = "jsonl: 2 imported, 0 there already, 1 left out";
  expect([event, others.length]).toEqual([{ subject, actor: "operator", user_id: null }, before]);
  await jsonl(file);
  expect((await noted()).length).toBe(before + 1);
});

test("a run that breaks off, or is killed, leaves an event of everybody who is there by then", async () => {
  const many = Array.from({ length: 1500 }, (_, at) => ({
    email: `q${at}@example.org`,
    ...(at === 1200 && { totpSecret: ada.totpSecret }),
  }));
  const keepFactors = () => Promise.reject(new Error("the keeper is gone"));
  const run = withFile(lines(...many), (file) => importInto(gatehouse, { format: "jsonl", file, keepFactors }));
  await expect(run).rejects.toThrow("the keeper is gone");
  expect((await noted())[0]).toMatchObject({ subject: "jsonl: 1000 imported, 0 there already, 0 left out" });
  const together = `select count(*)::int as count from "user" u where xmin =
    (select xmin from gatehouse.event where kind = 'people_imported' order by id desc limit 1)`;
  expect(await gatehouse.rows(together)).toEqual([{ count: 1000 }]);
});

test("a line is told about in the order of the file, over many batches", async () => {
  const many = Array.from({ length: 2500 }, (_, at) =>
    at % 1000 === 999 ? { id: `${at}` } : { id: `${at}`, email: `p${at % 2400}@example.org` },
  );
  const { told, imported } = await jsonl(lines(...many));
  expect(imported).toBe(2398);
  expect((await noted()).slice(0, 3).map(({ subject }) => subject)).toEqual([
    "jsonl: 400 imported, 0 there already, 100 left out",
    "jsonl: 999 imported, 0 there already, 1 left out",
    "jsonl: 999 imported, 0 there already, 1 left out",
  ]);
  expect(told.slice(0, 3)).toEqual([
    "line 1000: there is no email address that could be used here",
    "line 2000: there is no email address that could be used here",
    "line 2401: has the address or the id of line 1",
  ]);
  expect(told).toHaveLength(102);
});

test("nothing that is told has an address, a hash or a secret in it", async () => {
  const secretive = { id: "ü secret", email: "secret", passwordHash: 5, totpSecret: "secret!", createdAt: "secret" };
  const { told } = await jsonl(lines(secretive, { ...grace, secret: 1 }, { ...grace, suspended: "secret" }));
  expect(told).toEqual([
    [
      ...["line 1: the id is missing, or is not 1 to 255 characters of ASCII without spaces"],
      ...["there is no email address that could be used here", "when the account was made is no time"],
      ...["the password's hash is no text", "the secret of the authenticator app is not in base32"],
    ].join("; "),
    "line 2: there is no field secret",
    "line 3: whether the person is kept out cannot be read",
  ]);
});

test("text that is not UTF-8 is refused line by line", async () => {
  const written = "id,email,name\n1,a@example.org,\xe9\n2,b@example.org,b\n";
  const told = await withFile(Buffer.from(written, "latin1"), (file) =>
    importInto(gatehouse, { format: "rails", file }),
  );
  expect(told).toMatchObject({ imported: 1, told: ["line 2: has text that is not UTF-8"] });
});

test("what no database takes ends nothing: it is told, or left out", async () => {
  const salted = "pbkdf2_sha256$1000$\u0000\ud800$PT7sJ/H4hDw+8TDeLO8aaDXShlEY5bsoYNPYKh9qB2I=";
  const taken = [
    { ...grace, name: "\ud800\u0000", passwordHash: salted, suspended: { reason: "\u0000\ud800" } },
    { ...ada, passwordHash: "\u0000", image: "https://example.org/\u0000" },
  ];
  const unread = ["9999-12-31T23:59:59-01:00", "9999-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59Z"];
  const times = ["0000-01-01T00:00:00Z", "2024-01-01T00:00:00+23:59", "2024-02-30T00:00:00Z", ...unread];
  const refused = [
    ...times.map((createdAt, at) => ({ email: `a${at}@example.org`, createdAt })),
    ...times.map((until, at) => ({ email: `b${at}@example.org`, suspended: { until } })),
    { email: "a@example.org", id: "\u0000" },
    { email: "\u0000@example.org" },
    { email: { toString: 1 } },
  ];
  expect(await jsonl(lines(...taken, ...refused))).toMatchObject({ imported: 2, refused: refused.length });
  const odd = [{ toString: 1 }, 1e16, [[]], "9999999999999999"];
  const django = odd.map((value, id) => ({ id, email: `odd${id}@example.org`, password: "", date_joined: value }));
  const told = await withFile(lines(...django), (file) => importInto(gatehouse, { format: "django", file }));
  expect(told).toMatchObject({ refused: odd.length });
});

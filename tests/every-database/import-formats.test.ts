import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { Secret, TOTP } from "otpauth";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { matchesHash } from "../../src/guard/foreign-hash";
import { startGatehouse, type Gatehouse } from "../support/harness";
import { fixture, importInto, withFile } from "../support/importing";

/** What other programs export, with files that they made: tests/fixtures/import/README.md. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [twoFactor]);
});
afterAll(() => gatehouse.close());
beforeEach(() => gatehouse.rows(`delete from "user"; delete from gatehouse.authenticator_app`));

interface Kept {
  said: string;
  image: string | null;
  hash: string | null;
  hasApp: boolean;
  suspension: string | null;
}

/** Somebody as they are kept; `said` is their id, name, whether they are confirmed, and since when they are here. */
const person = async (email: string) => {
  const [found] = await gatehouse.rows<Kept>(
    `select concat_ws(' | ', u.id, u.name, u.email_verified, u.created_at at time zone 'UTC') as said, u.image,
        a.password as hash, f.user_id is not null as "hasApp", concat_ws(' ', s.by, s.reason, s.until) as suspension
      from "user" u join account a on a.user_id = u.id and a.account_id = u.id and a.provider_id = 'credential'
        left join gatehouse.suspension s on s.user_id = u.id
        left join gatehouse.authenticator_app f on f.user_id = u.id
      where u.email = $1`,
    [email],
  );
  return found;
};

const password = "correct horse battery";
const firebaseParameters = {
  base64_signer_key: "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
  ...{ base64_salt_separator: "Bw==", rounds: "8", mem_cost: "14" },
};
const noHash = { "the file has no password of theirs": 1 };
const betterAuthAda = "QOtPMEkHrxZrVYQ1NdGHFUXVMraKGRgx | Ada Lovelace | t | 2026-11-27 19:43:54.491";
const supabaseAda = "0b6ad3f4-6c8f-4a0c-8d3c-6d5a1c9be001 | Ada Lovelace | t | 2024-02-03 04:05:06.123456";
const fastapiAda = /^d4dbe994-be46-4fa6-9860-90027bd9f024 \| ada \| t \| /;

/** Each file, who Ada is by it, and what is counted. */
const files: [format: string, file: string, ada: string | RegExp, counts: object][] = [
  ["better-auth", "better-auth.json", betterAuthAda, { imported: 2, suspended: 1 }],
  ["neon-auth", "neon-auth.csv", betterAuthAda, { imported: 2, suspended: 1 }],
  ["supabase", "supabase.csv", supabaseAda, { imported: 2, suspended: 1, skipped: 1, withoutPassword: noHash }],
  ["supabase", "supabase.json", supabaseAda, { imported: 2, suspended: 1, skipped: 1, withoutPassword: noHash }],
  ["clerk", "clerk.csv", /^user_2YDryYFVMM1W1plDDKz7Gzf4we6 \| Ada Lovelace \| t \| /, { imported: 3 }],
  [
    "auth0",
    "auth0.ndjson",
    /^auth0\|60425dc43519d90068f82973 \| ada \| t/,
    { imported: 3, suspended: 1, withoutFactor: 1 },
  ],
  [
    ...(["firebase", "firebase.json"] as const),
    "hT0qzhsLB2Ta3mvAeWvu7sdDxMS2 | Ada Lovelace | t | 2024-02-03 04:05:06.123",
    { imported: 2, suspended: 1, withoutPassword: noHash },
  ],
  ["django", "django.json", "1 | Ada Lovelace | f | 2026-11-27 19:47:21.752", { imported: 5, suspended: 1 }],
  ["django", "django.csv", "1 | Ada Lovelace | f | 2026-11-27 19:47:21.752553", { imported: 5, suspended: 1 }],
  ["fastapi-users", "fastapi-users.csv", fastapiAda, { imported: 3, suspended: 1 }],
  ["fastapi-users", "fastapi-users.json", fastapiAda, { imported: 3, suspended: 1 }],
  ["laravel", "laravel.csv", "1 | Ada Lovelace | t | 2024-02-03 04:05:06", { imported: 2 }],
  ["rails", "rails.csv", "1 | Ada Lovelace | t | 2024-02-03 04:05:06.123456", { imported: 2 }],
  ["rails", "rails.json", "1 | ada | f | 2024-02-03 04:05:06.123", { imported: 1 }],
  [
    ...(["keycloak", "keycloak.json"] as const),
    "3c1e0f10-5d5e-4c43-8b4e-3e6f9f1f0001 | Ada Lovelace | t | 2024-02-03 04:05:06.123",
    { imported: 2, suspended: 1, skipped: 1, withoutFactor: 1 },
  ],
  ["wordpress", "wordpress.csv", "1 | Ada Lovelace | f | 2024-02-03 04:05:06", { imported: 2 }],
  ["jsonl", "jsonl.jsonl", "a-1 | Ada Lovelace | t | 2024-02-03 04:05:06.123", { imported: 2, suspended: 1 }],
];

describe("an import", () => {
  for (const [format, file, ada, counts] of files)
    test(`takes ${file}: ids, dates, whether an address is confirmed, and passwords that open`, async () => {
      const parameters = format === "firebase" ? firebaseParameters : undefined;
      expect(await importInto(gatehouse, { format, file: fixture(file), parameters })).toMatchObject({
        ...counts,
        told: [],
      });
      const kept = await person("ada@example.org");
      expect(kept?.said).toMatch(ada);
      expect(matchesHash(format === "firebase" ? "user1password" : password, kept?.hash ?? "")).toBe(true);
      const again = await importInto(gatehouse, { format, file: fixture(file), parameters });
      expect(again.imported).toBeUndefined();
      expect(again).toMatchObject({ told: [] });
    });
});

describe("an import", () => {
  test("verifies the hashes of each of Django's hashers, and leaves out the one that is none", async () => {
    await importInto(gatehouse, { format: "django", file: fixture("django.json") });
    for (const name of ["bob", "cyd", "dan"]) {
      const kept = await person(`${name}@example.org`);
      expect([name, matchesHash(password, kept?.hash ?? "")]).toEqual([name, true]);
    }
    expect((await person("grace@example.org"))?.hash).toBeNull();
  });

  test("keeps out whom the other program kept out, with its words and until its time", async () => {
    await importInto(gatehouse, { format: "better-auth", file: fixture("better-auth.json") });
    expect((await person("grace@example.org"))?.suspension).toStartWith("operator spam 2099-01-01 00:00:00");
    expect((await person("ada@example.org"))?.suspension).toBe("");
    const grace = gatehouse.visitor();
    expect((await grace.signIn({ email: "grace@example.org", password })).location).toBe("/suspended");
    expect((await grace.get("/suspended")).text).toContain("spam");
    await gatehouse.rows(`delete from "user"`);
    await importInto(gatehouse, { format: "django", file: fixture("django.csv") });
    expect((await person("grace@example.org"))?.suspension).toBe("operator ");
  });

  test("keeps a picture with https alone, and a name that can be shown", async () => {
    await importInto(gatehouse, { format: "supabase", file: fixture("supabase.csv") });
    expect((await person("ada@example.org"))?.image).toBe("https://example.org/ada.png");
    const lines = ["javascript:alert(1)", "http://example.org/a.png"].map((image, at) =>
      JSON.stringify({ id: `n${at}`, email: `n${at}@example.org`, image, name: `\u202E${"x".repeat(200)}\u0000` }),
    );
    await withFile(lines.join("\n"), (file) => importInto(gatehouse, { format: "jsonl", file }));
    expect(await person("n0@example.org")).toMatchObject({
      image: null,
      said: expect.stringContaining("x".repeat(100)),
    });
    expect((await person("n1@example.org"))?.image).toBeNull();
  });
});

test("what is no text in words of one's own, and a time that is not known, keep nobody out", async () => {
  const row = { encrypted_password: "", created_at: "0001-01-01 00:00:00", banned_until: "0001-01-01 00:00:00+00" };
  const odd = [{ name: { first: "Ada" }, avatar_url: 7 }, { full_name: 7, name: "Ada" }, { avatar_url: {} }];
  const rows = odd.map((raw_user_meta_data, id) => ({ ...row, id, email: `m${id}@example.org`, raw_user_meta_data }));
  const file = rows.map((one) => JSON.stringify(one)).join("\n");
  expect(await withFile(file, (path) => importInto(gatehouse, { format: "supabase", file: path }))).toMatchObject({
    imported: odd.length,
    told: [],
  });
  const kept = await gatehouse.rows(
    `select name, image, created_at > now() - interval '1 hour' as now from "user" where email like 'm_@%' order by id`,
  );
  expect(kept).toEqual(["m0", "Ada", "m2"].map((name) => ({ name, image: null, now: true })));
});

test("whom another program only marks as deleted or banned does not come in by that", async () => {
  const hash = "$2y$04$xGcJ3jzjqonQurTNzkulneNrx94PuRP2KijGhlynoGpaWUNkSVSMq";
  for (const format of ["laravel", "rails", "supabase"]) {
    const rows = ["NULL", "2024-02-03 04:05:06"].map(
      (at, id) => `${id},${format}${id}@example.org,${hash},${hash},${at}`,
    );
    const file = ["id,email,password,encrypted_password,deleted_at", ...rows].join("\n");
    const counts = await withFile(file, (path) => importInto(gatehouse, { format, file: path }));
    expect([format, counts]).toEqual([format, { imported: 1, skipped: 1, told: [] }]);
    await gatehouse.rows(`delete from "user"`);
  }
  const clerk = `id,primary_email_address,password_digest,password_hasher,banned
1,one@example.org,${hash},bcrypt,true\n2,two@example.org,${hash},bcrypt,false\n3,three@example.org,${hash},bcrypt,`;
  const counts = await withFile(clerk, (file) => importInto(gatehouse, { format: "clerk", file }));
  expect(counts).toEqual({ imported: 3, suspended: 1, told: [] });
  expect((await person("one@example.org"))?.suspension).toBe("operator ");
});

test("the passwords that somebody had before in Keycloak are no second factor", async () => {
  const types = [["password-history", "password-history"], ["password-history", "webauthn"], []];
  const users = types.map((credentials, id) => ({
    ...{ id: `k${id}`, username: `k${id}`, email: `k${id}@example.org` },
    credentials: credentials.map((type) => ({ type, credentialData: "{}", secretData: "{}" })),
  }));
  const counts = await withFile(JSON.stringify({ users }), (file) =>
    importInto(gatehouse, { format: "keycloak", file }),
  );
  expect(counts).toMatchObject({ imported: 3, withoutFactor: 1 });
});

test("a suspension whose time is over keeps nobody out, and nobody is said to be suspended", async () => {
  const line = JSON.stringify({ email: "over@example.org", suspended: { until: "2020-01-01T00:00:00Z" } });
  const counts = await withFile(line, (file) => importInto(gatehouse, { format: "jsonl", file }));
  expect(counts).toEqual({ imported: 1, withoutPassword: expect.anything(), told: [] });
  expect((await person("over@example.org"))?.suspension).toBe("");
});

describe("whoever was imported", () => {
  test("signs in with the password of before, and is asked for the code of their app", async () => {
    await importInto(gatehouse, { format: "keycloak", file: fixture("keycloak.json") });
    await importInto(gatehouse, { format: "jsonl", file: fixture("jsonl.jsonl") });
    const visitor = gatehouse.visitor();
    expect((await visitor.signIn({ email: "ada@example.org", password: `${password}!` })).status).toBe(422);
    expect((await visitor.signIn({ email: "ada@example.org", password })).location).toBe("/second-step");
    const code = new TOTP({ secret: Secret.fromUTF8("9vHFSSXnwL3cGOsUZ3Gw") }).generate();
    expect((await visitor.post("/second-step", { code })).location).toBe("/account");
  });

  test("signs in with a bcrypt hash, and has one of ours from then on", async () => {
    await importInto(gatehouse, { format: "laravel", file: fixture("laravel.csv") });
    expect((await person("ada@example.org"))?.hash).toStartWith("$2y$04$");
    expect((await gatehouse.visitor().signIn({ email: "ada@example.org", password })).location).toBe("/account");
    expect((await person("ada@example.org"))?.hash).toStartWith("$argon2id$");
  });

  test("is sent no mail, and chooses a new password by mail where the old one could not come along", async () => {
    await importInto(gatehouse, { format: "clerk", file: fixture("clerk.csv") });
    expect(await gatehouse.rows("select * from gatehouse.outbox")).toEqual([]);
    expect((await person("bob@example.org"))?.hash).toBeNull();
    const bob = gatehouse.visitor();
    expect((await bob.signIn({ email: "bob@example.org", password })).status).toBe(422);
    await bob.submit(await bob.get("/forgot-password"), { email: "bob@example.org" });
    const [mail] = await gatehouse.mailsTo("bob@example.org");
    const link = /\/reset-password\?token=\S+/.exec(mail?.text ?? "")?.[0] ?? "";
    await bob.submit(await bob.get(link), { password: "another horse battery" });
    const bobAgain = gatehouse.visitor();
    const signedIn = await bobAgain.signIn({ email: "bob@example.org", password: "another horse battery" });
    expect(signedIn.location).toBe("/account");
  });
});

import { expect, test } from "bun:test";
import { connectionTo } from "../../db/server-address";
import { refusalOf } from "../support/refusal";

/** DATABASE_URL, in the ways that libpq and providers write it. */

const database = "postgres://u:p@db.example.com/app";

test("the address of a database may be what libpq and providers write, and nothing is printed", async () => {
  const options = [
    "sslmode=require&channel_binding=require",
    "sslmode=prefer",
    "sslmode=allow",
    "sslmode=verify-ca",
    "sslrootcert=system&sslmode=verify-full",
    "options=endpoint%3Dep-a-1",
    "target_session_attrs=read-write&connect_timeout=10&gssencmode=disable",
    "pgbouncer=true&connection_limit=1",
    "supa=base-pooler.x",
    "application_name=login&keepalives=1",
    "ssl=true",
  ];
  const child = Bun.spawn(
    [
      process.execPath,
      "-e",
      `
      import { openDatabase } from ${JSON.stringify(`${import.meta.dir}/../../db/database`)};
      for (const option of ${JSON.stringify(options)}) for (const driver of ["postgres", "neon"]) {
        const url = "postgres://u:p@127.0.0.1:1/app?" + option;
        const database = await openDatabase({ driver, url, directUrl: url, dataDirectory: "" }, () => undefined);
        if (driver === "postgres") await database.migrate().catch(() => undefined);
      }`,
    ],
    { stdout: "pipe", stderr: "pipe" },
  );
  expect([await new Response(child.stdout).text(), await new Response(child.stderr).text()]).toEqual(["", ""]);
  for (const option of options) expect(refusalOf({ DATABASE_URL: `${database}?${option}` })).toEqual([]);
});

test("the address of a database is never less encrypted than its words promise", () => {
  const tls = (options: string, host = "db.example.com") => connectionTo(`postgres://u:p@${host}/app?${options}`).ssl;
  for (const mode of ["allow", "prefer", "require", "verify-ca", "verify-full"])
    expect(tls(`sslmode=${mode}`)).toEqual({});
  for (const options of ["sslmode=require", "sslmode=verify-full", "ssl=1", "channel_binding=require"])
    expect(tls(options, "localhost")).toEqual({});
  expect([tls("sslmode=prefer", "localhost"), tls("", "[::1]"), tls("sslmode=disable"), tls("ssl=0")]).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(tls("sslmode=disable&sslmode=verify-full")).toEqual({});
  for (const older of ["TLSv1", "TLSv1.1"]) expect(tls(`ssl_min_protocol_version=${older}`)).toEqual({});
  expect(tls("ssl_min_protocol_version=TLSv1.3")).toEqual({ minVersion: "TLSv1.3" });
  expect(tls("sslmode=no-verify")).toEqual({ rejectUnauthorized: false });
});

test("the address of a database is read in each way that a server, a socket and a password can be written", () => {
  const { ssl, ...read } = connectionTo(
    "postgresql://app%40x:p%40%24%23%2F@[2001:db8::7]:6543/a%2Fb?application_name=x",
  );
  expect(read).toEqual({
    host: "2001:db8::7",
    port: 6543,
    user: "app@x",
    password: "p@$#/",
    database: "a/b",
    application_name: "x",
  });
  expect(connectionTo("postgres://u:p$a+b@DB.example.com/app")).toMatchObject({
    host: "db.example.com",
    password: "p$a+b",
    port: 5432,
  });
  for (const url of [
    "postgres:///app?host=/run/pg",
    "postgres://@/app?host=/run/pg",
    "postgres://%2Frun%2Fpg/app",
    "postgres://:5432/app?host=%2Frun%2Fpg",
    "postgres:///?host=/run/pg&dbname=app",
  ]) {
    expect(refusalOf({ DATABASE_URL: url })).toEqual([]);
    expect(connectionTo(url)).toMatchObject({ host: "/run/pg", database: "app", ssl: false });
  }
  expect(connectionTo("postgres://u:p@/app?host=/cloudsql/a:b:c")).toMatchObject({
    host: "/cloudsql/a:b:c",
    user: "u",
    password: "p",
  });
  expect(connectionTo("postgres://h/app?user=u&password=a+b%26&port=1")).toMatchObject({
    user: "u",
    password: "a+b&",
    port: 1,
  });
});

const refused: [options: string, says: RegExp][] = [
  ["?sslcrl=x", /an option that is not understood, sslcrl\./],
  ["?uselibpqcompat=true&sslmode=require", /not understood, uselibpqcompat\./],
  ["?require_auth=scram-sha-256", /not understood, require_auth\./],
  ["?sslmode=on", /a value of sslmode that cannot be done/],
  ["?target_session_attrs=standby", /a value of target_session_attrs that cannot be done/],
  ["?gssencmode=require", /a value of gssencmode/],
  ["?schema=tenant", /a value of schema/],
  ["?port=99999", /a value of port/],
  ["?port=0", /a value of port/],
  ["?sslmode=disable&channel_binding=require", /needs TLS/],
  ["?host=a.example,b.example", /must name one host/],
  ["?secret%20pw@x", /^DATABASE_URL: must be an address/],
  ["#secret-pw", /%23/],
  ["?host=${HOST}", /^DATABASE_URL: must be an address/],
];

for (const [options, says] of refused)
  test(`the address of a database is refused in words when it ends in ${options}`, () => {
    const lines = refusalOf({ DATABASE_URL: database + options });
    expect(lines).toEqual([expect.stringMatching(says)]);
    expect(lines[0]).not.toMatch(/secret|tenant|standby/);
  });

test("the address of a database is refused in words when a password is not encoded, or the host is none", () => {
  for (const password of ["1#x", "1/x", "1?x", "p%zz", "p%E9", "100%"])
    expect(refusalOf({ DATABASE_URL: `postgres://u:${password}@db.example.com/app` })).toEqual([
      expect.stringMatching(/written `%25`/),
    ]);
  for (const hosts of ["a:5432,b:5432", "a.example,b.example"])
    expect(refusalOf({ DATABASE_URL: `postgres://u:p@${hosts}/app` })).toEqual([
      expect.stringMatching(/must name one host/),
    ]);
  for (const host of ["${HOST}", "*.example.com", "<host>", "db example.com"])
    expect(refusalOf({ DATABASE_URL: `postgres://u:p@${host}/app` })).toEqual([
      expect.stringMatching(/^DATABASE_URL: must be an address/),
    ]);
  for (const host of ["db_1", "db.example.com.", "b\u00fccher.example", "[fe80::1]", "10.0.0.7"])
    expect(refusalOf({ DATABASE_URL: `postgres://u:p@${host}/app` })).toEqual([]);
  expect(connectionTo("postgres://u:p,w@h/app").password).toBe("p,w");
  expect(connectionTo("postgres://:p@h/app")).toMatchObject({ host: "h", password: "p" });
});

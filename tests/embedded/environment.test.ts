import { describe, expect, test } from "bun:test";
import { StartRefused } from "../../db/refusal";
import { connectionTo } from "../../db/server-address";
import { readConfig } from "../../src/settings/config";
import { settings } from "../../src/settings/settings";

/** Names and values in the environment: what the system and other programs put there, and slips in ours. */

function refusalOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof StartRefused) return error.message.split("\n");
    throw error;
  }
}

const production = {
  BETTER_AUTH_URL: "https://login.example.com",
  BETTER_AUTH_SECRET: "kD7vQ2mX9pL4sW8zR1tY6uB3nH5jF0gC",
};
const database = "postgres://u:p@db.example.com/app";

describe("what belongs to the system", () => {
  test("is a mailbox in MAIL, and says nothing about ours", () => {
    for (const MAIL of [
      "/var/mail/postgres",
      "/var/spool/mail/root",
      "~/Maildir/",
      "maildir:~/Maildir",
      "ada@example.org",
      "C:\\mail",
    ]) {
      expect(refusalOf({ MAIL })).toEqual([]);
      expect(readConfig({ MAIL }).mail.isOn).toBe(true);
      expect(refusalOf({ ...production, MAIL })).toEqual([
        "SMTP_URL: required in production. Set it, or set MAIL=off to run without mail.",
      ]);
    }
    expect(refusalOf({ ...production, MAIL: "on" })[0]).toStartWith("SMTP_URL: ");
    expect(refusalOf({ ...production, MAIL: "on", SMTP_URL: "smtps://mail.example.com" })).toEqual([]);
  });

  test("is a service link of Kubernetes, whatever service begins with our name", () => {
    for (const service of [
      "GATEHOUSE",
      "GATEHOUSE_POSTGRESQL",
      "GATEHOUSE_DB_RW",
      "BETTER_AUTH",
      "BETTER_AUTH_URL",
      "BETTER_AUTH_REDIS_MASTER",
      "SMTP",
      "DATABASE",
      "TRUSTED_PROXIES",
    ]) {
      const links = {
        [`${service}_SERVICE_HOST`]: "10.96.0.12",
        [`${service}_SERVICE_PORT`]: "5432",
        [`${service}_SERVICE_PORT_TCP_POSTGRESQL`]: "5432",
        [`${service}_PORT`]: "tcp://10.96.0.12:5432",
      };
      const port = {
        [`${service}_PORT_5432_TCP`]: "tcp://10.96.0.12:5432",
        [`${service}_PORT_5432_TCP_PROTO`]: "tcp",
        [`${service}_PORT_53_UDP_ADDR`]: "fd00::1",
        [`${service}_PORT_53_UDP_PORT`]: "53",
      };
      expect(refusalOf({ ...links, ...port, [`${service}_NAME`]: "/web/db", [`${service}_ENV_PGDATA`]: "x" })).toEqual(
        [],
      );
    }
    expect(readConfig({ PORT: "tcp://10.96.0.12:80" }).listen.port).toBe(3000);
  });

  test("is no excuse for a setting that only looks like a service link", () => {
    expect(refusalOf({ GATEHOUSE_PORT: "4000" })).toEqual(["GATEHOUSE_PORT: no such setting. Did you mean PORT?"]);
    for (const [name, value] of [
      ["GATEHOUSE_POSTGRESQL_PORT", "5432"],
      ["GATEHOUSE_SERVICE_HOST", "db"],
      ["GATEHOUSE_SERVICE_PORT", "http"],
      ["BETTER_AUTH_NAME", "Acme"],
    ] as const)
      expect(refusalOf({ [name]: value })).toHaveLength(1);
  });

  test("is what another program calls its own, once ours is decided", () => {
    const others = {
      DATABASE_URI: "mysql://x",
      SMTP_URI: "smtp://x",
      DATADIR: "/var/lib/mysql",
      MAILFROM: "cron@example.org",
      DATABASEURL: "x",
      AUTH_SECRET: "x",
    };
    const ours = {
      ...production,
      DATABASE_URL: database,
      SMTP_URL: "smtps://mail.example.com",
      DATA_DIR: "data",
      MAIL_FROM: "a@example.org",
    };
    expect(refusalOf({ ...ours, ...others })).toEqual([]);
    expect(refusalOf({ GATEHOUSE_DB_DRIVER: "embedded", DATABASE_URI: "x" })).toEqual([]);
    expect(refusalOf({ MAIL: "off", SMTP_URI: "x" })).toEqual([]);
    expect(refusalOf({ DATABASE_URI: database })).toEqual([
      "DATABASE_URI: no such setting. Did you mean DATABASE_URL? If another program reads it, set DATABASE_URL or GATEHOUSE_DB_DRIVER too.",
    ]);
    for (const name of ["SMTP_URI", "DATADIR", "MAILFROM", "BRANDNAME"])
      expect(refusalOf({ [name]: "x", MAIL: "/var/mail/root" })[0]).toMatch(
        new RegExp(`^${name}: no such setting\\. Did you mean .* too\\.$`),
      );
  });

  test("is never near enough to a setting to stop the start", () => {
    const usual = [
      "HOME",
      "PATH",
      "POST",
      "TEMP",
      "EMAIL",
      "MAILCHECK",
      "DATABASE",
      "DATABASE_USER",
      "MAILTO",
      "HOSTNAME",
      "HOST",
      "PORTS",
      "SMTP_PORT",
      "SMTP_HOST",
      "DATABASE_URL_UNPOOLED",
      "POSTGRES_URL",
      "DATABASE_HOST",
      "LOG_FILE",
      "SSL_CERT_FILE",
      "TRUSTED_DOMAINS",
      "PGPORT",
      "http_proxy",
      "npm_config_user_agent",
      "COOKIE_FILE",
    ];
    expect(refusalOf(Object.fromEntries(usual.map((name) => [name, "1"])))).toEqual([]);
  });
});

describe("a slip in a setting's name stops the start", () => {
  const swaps = Object.keys(settings)
    .filter((name) => name.length > 5)
    .flatMap((name) =>
      Array.from(
        { length: name.length - 1 },
        (_, at) => name.slice(0, at) + name[at + 1] + name[at] + name.slice(at + 2),
      ),
    );

  test("where two neighbouring letters changed places", () => {
    const unnoticed = swaps.filter((name) => !Object.hasOwn(settings, name) && refusalOf({ [name]: "x" }).length === 0);
    expect(unnoticed).toEqual([]);
    expect(refusalOf({ COOKIE_DOMIAN: "example.com" })).toEqual([
      "COOKIE_DOMIAN: no such setting. Did you mean COOKIE_DOMAIN?",
    ]);
    expect([refusalOf({ PROT: "4000" }), refusalOf({ MIAL: "off" })]).toEqual([
      ["PROT: no such setting. Did you mean PORT?"],
      ["MIAL: no such setting. Did you mean MAIL?"],
    ]);
  });

  test("where capitals are not capitals", () => {
    for (const name of [
      "cookie_domain",
      "Better_Auth_Url",
      "database_url",
      "gatehouse_workers",
      "Trusted_proxies",
      "better_auth_nothing",
    ])
      expect(refusalOf({ [name]: "x" })[0]).toStartWith(`${name}: no such setting.`);
    expect(refusalOf({ port: "4000" })[0]).toStartWith("port: no such setting. Did you mean PORT?");
    expect(refusalOf({ port: "left", mail: "~/mail" })).toEqual([]); // a shell's own
  });

  test("where a letter is missing, too many or another one, also in front", () => {
    for (const name of [
      "TRUSTED_ORIGIN",
      "TRUSTED_PROXY",
      "DATA_DIRS",
      "COOKIE_DOMAINS",
      "COOKIE-DOMAIN",
      "GATEHOUSE_ACENT",
      "BETTER_AUTH_SECERT",
      "GATHOUSE_WORKRES",
      "BETTER-AUTH-URL",
      "TRUSTD_ORIGNS",
    ])
      expect(refusalOf({ [name]: "x" })[0]).toMatch(new RegExp(`^${name}: no such setting\\. Did you mean`));
    expect(refusalOf({ GATEHOUSE_UNKNOWN_THING: "x" })).toHaveLength(1);
    expect(refusalOf({ GATEHOUSE_DATABASE_URL: database })[0]).toEndWith("Did you mean DATABASE_URL?");
    expect(refusalOf({ BETTER_AUTH_TRUSTED_ORIGINS: "x", BETTER_AUTH_SECRETS: "x", AUTH_SECRET: "x" })).toHaveLength(3);
  });

  test("where a file was to hold the value of any setting", () => {
    for (const name of Object.keys(settings)) {
      const file = `${name}_FILE`;
      expect(refusalOf({ [file]: "/run/secrets/x" })).toEqual([
        `${file}: is not read, because no setting comes from a file of its own. Set ${name} to what is in it.`,
      ]);
    }
    expect(
      refusalOf({
        DATABASE_URL: database,
        DATABASE_URL_FILE: "/run/secrets/db",
        DATABSE_URL_FILE: "x",
        DATABASE_URL__FILE: "x",
        database_url_file: "x",
      }),
    ).toHaveLength(4);
  });
});

describe("a setting that is set to nothing", () => {
  test("stops the start where another database, mode or network would be the silent answer", () => {
    for (const name of ["BETTER_AUTH_URL", "DATABASE_URL", "DATABASE_URL_DIRECT", "DATA_DIR", "GATEHOUSE_HOST"])
      for (const nothing of ["", "  ", "\t\n"])
        expect(refusalOf({ [name]: nothing })).toEqual([
          `${name}: is set, but to nothing. Give it a value, or unset it.`,
        ]);
  });

  test("counts as left out everywhere else", () => {
    const others = Object.keys(settings).filter((name) => refusalOf({ [name]: "" }).length === 0);
    expect(others).toHaveLength(Object.keys(settings).length - 5);
    expect(refusalOf(Object.fromEntries(others.map((name) => [name, " "])))).toEqual([]);
  });

  test("or that holds a line break, as from a quote left open, is told from one that is right", () => {
    expect(refusalOf({ DATABASE_URL: `${database}\nMAIL_FROM=x` })).toEqual([
      "DATABASE_URL: must be one line of text.",
    ]);
    expect(refusalOf({ BETTER_AUTH_URL: "http://local\thost:3000" })).toEqual([
      "BETTER_AUTH_URL: must be one line of text.",
    ]);
  });
});

describe("the address of a database", () => {
  test("holds what libpq and providers' consoles write, and nothing is printed about it", async () => {
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

  test("is never less encrypted than its words promise", () => {
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

  test("is read in each way that a server, a socket and a password can be written", () => {
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
    ["?sslmode=disable&channel_binding=require", /needs TLS/],
    ["?host=a.example,b.example", /must name one host/],
    ["?secret%20pw@x", /^DATABASE_URL: must be an address/],
    ["#secret-pw", /%23/],
  ];
  for (const [options, says] of refused)
    test(`is refused in words when it ends in ${options}`, () => {
      const lines = refusalOf({ DATABASE_URL: database + options });
      expect(lines).toEqual([expect.stringMatching(says)]);
      expect(lines[0]).not.toMatch(/secret|tenant|standby/);
    });

  test("is refused in words when a password is not encoded, or several hosts are named", () => {
    for (const password of ["1#x", "1/x", "1?x", "p%zz", "p%E9", "100%"])
      expect(refusalOf({ DATABASE_URL: `postgres://u:${password}@db.example.com/app` })).toEqual([
        expect.stringMatching(/written `%25`/),
      ]);
    for (const hosts of ["a:5432,b:5432", "a.example,b.example"])
      expect(refusalOf({ DATABASE_URL: `postgres://u:p@${hosts}/app` })).toEqual([
        expect.stringMatching(/must name one host/),
      ]);
    expect(connectionTo("postgres://u:p,w@h/app").password).toBe("p,w");
    expect(connectionTo("postgres://:p@h/app")).toMatchObject({ host: "h", password: "p" });
  });
});

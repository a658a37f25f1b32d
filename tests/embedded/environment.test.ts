import { describe, expect, test } from "bun:test";
import { readConfig } from "../../src/settings/config";
import { secretNames } from "../../src/settings/secret-files";
import { settings } from "../../src/settings/settings";
import { refusalOf } from "../support/refusal";

/** Names and values in the environment: what the system and other programs put there, and slips in ours. */

const production = {
  BETTER_AUTH_URL: "https://login.example.com",
  GATEHOUSE_DB_DRIVER: "embedded",
  BETTER_AUTH_SECRET: "kD7vQ2mX9pL4sW8zR1tY6uB3nH5jF0gC",
};
const database = "postgres://u:p@db.example.com/app";

test("what belongs to the system is a mailbox in MAIL, and says nothing about ours", () => {
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

test("what belongs to the system is a service link of Kubernetes, whatever service begins with our name", () => {
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

test("what belongs to the system is no excuse for a setting that only looks like a service link", () => {
  expect(refusalOf({ GATEHOUSE_PORT: "4000" })).toEqual(["GATEHOUSE_PORT: no such setting. Did you mean PORT?"]);
  for (const [name, value] of [
    ["GATEHOUSE_POSTGRESQL_PORT", "5432"],
    ["GATEHOUSE_SERVICE_HOST", "db"],
    ["GATEHOUSE_SERVICE_PORT", "http"],
    ["BETTER_AUTH_NAME", "Acme"],
  ] as const)
    expect(refusalOf({ [name]: value })).toHaveLength(1);
});

test("what belongs to the system is what another program calls its own, once ours is decided", () => {
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
    GATEHOUSE_DB_DRIVER: "postgres",
    DATABASE_URL: database,
    SMTP_URL: "smtps://mail.example.com",
    DATA_DIR: "data",
    MAIL_FROM: "a@example.org",
  };
  expect(refusalOf({ ...ours, ...others })).toEqual([]);
  expect(refusalOf({ GATEHOUSE_DB_DRIVER: "embedded", DATABASE_URI: "x" })).toEqual([]);
  expect(refusalOf({ MAIL: "off", SMTP_URI: "x" })).toEqual([]);
  expect(refusalOf({ DATABASE_URI: database })).toEqual([
    "DATABASE_URI: no such setting. Did you mean DATABASE_URL? If another program reads it, " +
      "set DATABASE_URL or GATEHOUSE_DB_DRIVER too.",
  ]);
  for (const name of ["SMTP_URI", "DATADIR", "MAILFROM", "BRANDNAME"])
    expect(refusalOf({ [name]: "x", MAIL: "/var/mail/root" })[0]).toMatch(
      new RegExp(`^${name}: no such setting\\. Did you mean .* too\\.$`),
    );
});

test("what belongs to the system is never near enough to a setting to stop the start", () => {
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
const swaps = Object.keys(settings)
  .filter((name) => name.length > 5)
  .flatMap((name) =>
    Array.from(
      { length: name.length - 1 },
      (_, at) => name.slice(0, at) + name[at + 1] + name[at] + name.slice(at + 2),
    ),
  );

test("a slip in a setting's name stops the start: two neighbouring letters changed places", () => {
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

test("a slip in a setting's name stops the start: capitals are not capitals", () => {
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

test("a slip in a setting's name stops the start: a letter missing, too many or another, also in front", () => {
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
  expect(refusalOf({ GATEHOUSE_URL: "http://gatehouse:3000" })[0]).toEndWith("Did you mean BETTER_AUTH_URL?");
  expect(refusalOf({ BETTER_AUTH_TRUSTED_ORIGINS: "x", AUTH_SECRET: "x" })).toHaveLength(2);
});

test("a slip in a setting's name stops the start: a file was to hold the value of what is no secret", () => {
  const open = Object.keys(settings).filter((name) => !secretNames.some((secret) => secret === name));
  for (const name of open) {
    const file = `${name}_FILE`;
    expect(refusalOf({ [file]: "/run/secrets/x" })).toEqual([
      `${file}: is not read, because only secrets come from files of their own. Set ${name} to what is in it.`,
    ]);
  }
  expect(
    refusalOf({
      DATABASE_URL: database,
      DATABASE_URL_FLIE: "x",
      DATABSE_URL_FILE: "x",
      DATABASE_URL__FILE: "x",
      database_url_file: "x",
    }),
  ).toHaveLength(4);
});

describe("a setting that is set to nothing", () => {
  const neverEmpty = [
    "BETTER_AUTH_URL",
    "BETTER_AUTH_SECRETS",
    "DATABASE_URL",
    "DATABASE_URL_DIRECT",
    "DATA_DIR",
    "GATEHOUSE_HOST",
  ];

  test("stops the start where another database, mode, network or secret would be the silent answer", () => {
    for (const name of neverEmpty)
      for (const nothing of ["", "  ", "\t\n"])
        expect(refusalOf({ [name]: nothing })).toEqual([
          `${name}: is set, but to nothing. Give it a value, or unset it.`,
        ]);
  });

  test("counts as left out everywhere else", () => {
    const others = Object.keys(settings).filter((name) => refusalOf({ [name]: "" }).length === 0);
    expect(others).toHaveLength(Object.keys(settings).length - neverEmpty.length);
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

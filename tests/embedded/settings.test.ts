import { expect, test } from "bun:test";
import { connectionTo } from "../../db/server-address";
import { readConfig } from "../../src/settings/config";
import { refusalOf } from "../support/refusal";

const secret = "kD7vQ2mX9pL4sW8zR1tY6uB3nH5jF0gC";
const production = {
  ...{ BETTER_AUTH_URL: "https://login.example.com", GATEHOUSE_DB_DRIVER: "embedded" },
  ...{ BETTER_AUTH_SECRET: secret, MAIL: "off" },
};

test("settings: need nothing in local mode", () => {
  const config = readConfig({});
  expect(config.mode).toBe("local");
  expect(config.origin).toBe("http://localhost:3000");
  expect(config.listen).toEqual({ hostname: "localhost", port: 3000 });
  expect(config.database.dataDirectory).toBe("data");
});

test("settings: in production are https, a secret and mail, or a decision against mail", () => {
  expect(readConfig(production)).toMatchObject({
    mode: "production",
    secure: true,
    listen: { hostname: "0.0.0.0", port: 3000 },
  });
  expect(refusalOf({ BETTER_AUTH_URL: "https://login.example.com" })).toEqual([
    "DATABASE_URL: required in production. " +
      "Set it, or set GATEHOUSE_DB_DRIVER=embedded to keep everything in DATA_DIR.",
    "BETTER_AUTH_SECRET: required in production. Make one with `openssl rand -base64 32`.",
    "SMTP_URL: required in production. Set it, or set MAIL=off to run without mail.",
  ]);
  expect(refusalOf({ ...production, BETTER_AUTH_URL: "http://login.example.com" })).toEqual([
    "BETTER_AUTH_URL: must start with https:// on anything but this machine.",
  ]);
});

test("settings: tell all problems at once, each with its name", () => {
  const lines = refusalOf({
    BETTER_AUTH_URL: "https://x.example/path",
    PORT: "0",
    TRUSTED_ORIGINS: "https://*.example.com",
    TRUSTED_PROXIES: "10.0.0.0/99",
    GATEHOUSE_ACCENT: "red",
    GATEHOUSE_NOTHING: "1",
  });
  expect(lines.map((line) => line.split(":")[0])).toEqual([
    "BETTER_AUTH_URL",
    "PORT",
    "TRUSTED_ORIGINS",
    "TRUSTED_PROXIES",
    "GATEHOUSE_ACCENT",
    "GATEHOUSE_NOTHING",
  ]);
});

const wrong: [setting: string, values: string[]][] = [
  [
    "BETTER_AUTH_URL",
    [
      "login.example.com",
      "ftp://x.example",
      "https://user:pw@x.example",
      "https://x.example/a",
      "https://x.example/?a",
      "javascript:alert(1)",
    ],
  ],
  ["BETTER_AUTH_SECRET", ["short", "a".repeat(64), "better-auth-secret-12345678901234567890", "ab".repeat(20)]],
  [
    "DATABASE_URL",
    [
      "db.example.com",
      "mysql://u:secret-pw@db.example.com/app",
      "postgres://u:secret-pw@db.example.com",
      "https://db.example.com/app",
    ],
  ],
  ["PORT", ["http", "-1", "65536", "3000.5", "0", "003000"]],
  [
    "TRUSTED_ORIGINS",
    [
      "*",
      "docs.example.com",
      "https://docs.example.com/",
      "https://docs.example.com/a",
      "http://docs.example.com",
      "https://a.example, https://b.example/x",
      "null",
      "https://a.example;script-src",
    ],
  ],
  ["TRUSTED_PROXIES", ["proxy", "10.0.0.0/33", "10.0.0", "fd00::/129", "10.0.0.0/x", "10.0.0.0/8/9"]],
  ["COOKIE_DOMAIN", [".example.com", "example", "EXAMPLE.com", "https://example.com", "127.0.0.1", "other.example"]],
  [
    "SMTP_URL",
    [
      "mail.example.com",
      "https://mail.example.com",
      "smtp://mail.example.com:25?requireTLS=false",
      "smtp:mail.example.com:587",
      "smtp://",
      "smtp://u:12/secret-pw@mail.example.com",
      "smtps://mail.example.com/?tls.rejectUnauthorized=false",
      ...["smtp://${HOST}:587", "smtp://u:p@*.example.com", "smtp://<host>:25"],
    ],
  ],
  ["GATEHOUSE_HOST", ["127.0.0.1:8080", "http://0.0.0.0", "0.0.0.0/0", "two words", "*", "999.1.1.1", "'::'"]],
  [
    "BETTER_AUTH_URL",
    ["https://${HOST}", "https://*.example.com", "https://login..example.com", "https://login.example.com."],
  ],
  ["MAIL_FROM", ["Acme", "a@b@example.com", "Acme <a@${HOST}>", "a@example..com", "a@.com", "a@example.com."]],
  ["GATEHOUSE_SUPPORT_URL", ["http://a.example", "https://${HOST}/help", "mailto:help", "mailto:help@example..com"]],
  ["MAIL", ["of", "OFF", "false", "none"]],
  ["BRAND_NAME", ["x".repeat(61), "two\nlines"]],
  ["GATEHOUSE_ACCENT", ["blue", "#fff", "#12345g"]],
  [
    "GATEHOUSE_HOME_URL",
    ["docs.example.com", "http://docs.example.com", "javascript:alert(1)", "https://u@x.example", "https://${HOST}/"],
  ],
  [
    "GATEHOUSE_LINKS",
    [
      "Privacy",
      "https://example.com/privacy",
      "Privacy=javascript:alert(1)",
      "Privacy=http://example.com/",
      "Privacy=https://${HOST}/privacy",
      "Privacy=data:text/html,x",
      "=https://example.com/",
      `${"x".repeat(41)}=https://example.com/`,
      "Priv\u202Eacy=https://example.com/",
      Array<string>(7).fill("A=https://example.com/").join(),
    ],
  ],
];

test("settings: SMTP_URL may name a mail server in each way that one has a name", () => {
  const hosts = ["mail", "mail_1", "mail.example.com.", "10.0.0.7", "[2001:db8::7]", "b\u00fccher.example"];
  for (const host of hosts)
    expect(refusalOf({ ...production, SMTP_URL: `smtp://u:p%40%24{x}@${host}:587` })).toEqual([]);
});

test("settings: in quotes that are part of them, as Docker hands them over, are told to come without", () => {
  for (const quote of ['"', "'"])
    expect(refusalOf({ ...production, BETTER_AUTH_URL: `${quote}https://login.example.com${quote}` })).toEqual([
      expect.stringMatching(/^BETTER_AUTH_URL: must .* Leave out the quotes around it: here they are part of it\.$/),
    ]);
  expect(refusalOf({ ...production, PORT: "x" })).toEqual([expect.not.stringContaining("quotes")]);
});

for (const [setting, values] of wrong)
  for (const value of values)
    test(`settings: ${setting}=${JSON.stringify(value.slice(0, 50))} stops the start, and is not repeated`, () => {
      const lines = refusalOf({ ...production, [setting]: value });
      expect(lines).toHaveLength(1);
      expect(lines[0]).toStartWith(`${setting}: `);
      if (!lines[0]?.includes("such as")) expect(lines[0]).not.toContain(` ${value}`);
    });

test("settings: that make Better Auth drop its checks stop the start", () => {
  expect(refusalOf({ TEST: "1" })[0]).toStartWith("TEST: ");
  expect(refusalOf({ NODE_ENV: "test" })[0]).toStartWith("NODE_ENV: ");
  expect(refusalOf({ NODE_ENV: "production" })).toEqual([]);
});

test("settings: left empty count as left out, in production too", () => {
  expect(refusalOf({ ...production, BETTER_AUTH_SECRET: "  ", MAIL: " " })).toHaveLength(2);
  expect(readConfig({ PORT: " 4001 " })).toMatchObject({ origin: "http://localhost:4001", listen: { port: 4001 } });
  expect(refusalOf({ PORT: "", TRUSTED_ORIGINS: " ", COOKIE_DOMAIN: "", TEST: "" })).toEqual([]);
});

test("settings: choose the driver by the address, and let it be overruled", () => {
  const driver = (settings: Record<string, string>) => readConfig(settings).database.driver;
  expect(driver({})).toBe("embedded");
  expect(driver({ DATABASE_URL: "postgres://u:p@db.example.com/app" })).toBe("postgres");
  expect(driver({ DATABASE_URL: "postgresql://u:p@ep-a-1.eu-central-1.aws.neon.tech/app" })).toBe("neon");
  expect(
    driver({
      DATABASE_URL: "postgresql://u:p@ep-a-1.eu-central-1.aws.neon.tech/app",
      GATEHOUSE_DB_DRIVER: "postgres",
    }),
  ).toBe("postgres");
  expect(
    refusalOf({ DATABASE_URL: "postgres://u:p@db.example.com/app", GATEHOUSE_DB_DRIVER: "neon-http" })[0],
  ).toContain("no transactions");
  expect(
    refusalOf({ DATABASE_URL: "postgres://u:p@db.example.com/app", GATEHOUSE_DB_DRIVER: "embedded" }),
  ).toHaveLength(1);
  expect(refusalOf({ GATEHOUSE_DB_DRIVER: "neon" })[0]).toStartWith("DATABASE_URL: ");
  expect(refusalOf({ DATABASE_URL_DIRECT: "postgres://u:p@db.example.com/app" })[0]).toStartWith("DATABASE_URL: ");
});

test("settings: ask for the direct address where the other one leads through Neon's pooler", () => {
  const pooler = "postgresql://u:p@ep-a-1-pooler.eu-central-1.aws.neon.tech/app";
  const direct = "postgresql://u:p@ep-a-1.eu-central-1.aws.neon.tech/app";
  expect(refusalOf({ DATABASE_URL: pooler })[0]).toStartWith("DATABASE_URL_DIRECT: ");
  expect(refusalOf({ DATABASE_URL: pooler, DATABASE_URL_DIRECT: pooler })[0]).toStartWith("DATABASE_URL_DIRECT: ");
  expect(readConfig({ DATABASE_URL: pooler, DATABASE_URL_DIRECT: direct }).database).toMatchObject({
    url: pooler,
    directUrl: direct,
  });
});

test("settings: use TLS for every server but this machine, unless the address decides", () => {
  expect(connectionTo("postgres://u:p@db.example.com/app").ssl).toEqual({});
  for (const url of [
    "postgres://u@localhost/app",
    "postgres://u@127.0.0.1:5433/app",
    "postgres://u@[::1]/app",
    "postgres://u:p@db.internal/app?sslmode=disable",
  ])
    expect(connectionTo(url).ssl).toBe(false);
});

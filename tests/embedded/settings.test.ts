import { describe, expect, test } from "bun:test";
import { StartRefused } from "../../db/refusal";
import { connectionTo } from "../../db/server-address";
import { readConfig } from "../../src/settings/config";

/** The lines with which these settings refuse to start. */
function refusalOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof StartRefused) return error.message.split("\n");
    throw error;
  }
}

const secret = "kD7vQ2mX9pL4sW8zR1tY6uB3nH5jF0gC";
const production = { BETTER_AUTH_URL: "https://login.example.com", BETTER_AUTH_SECRET: secret, MAIL: "off" };

describe("settings", () => {
  test("need nothing in local mode", () => {
    const config = readConfig({});
    expect(config.mode).toBe("local");
    expect(config.origin).toBe("http://localhost:3000");
    expect(config.listen).toEqual({ hostname: "localhost", port: 3000 });
    expect(config.database.dataDirectory).toBe("data");
  });

  test("let one port name decide the whole local address", () => {
    expect(readConfig({ PORT: "4001" }).origin).toBe("http://localhost:4001");
    expect(readConfig({ BETTER_AUTH_URL: "http://127.0.0.1:5000" }).listen.port).toBe(5000);
  });

  test("in production are https, a secret and mail, or a decision against mail", () => {
    expect(readConfig(production)).toMatchObject({
      mode: "production",
      secure: true,
      listen: { hostname: "0.0.0.0", port: 3000 },
    });
    expect(refusalOf({ BETTER_AUTH_URL: "https://login.example.com" })).toEqual([
      "BETTER_AUTH_SECRET: required in production. Make one with `openssl rand -base64 32`.",
      "SMTP_URL: required in production. Set it, or set MAIL=off to run without mail.",
    ]);
    expect(refusalOf({ ...production, BETTER_AUTH_URL: "http://login.example.com" })).toEqual([
      "BETTER_AUTH_URL: must start with https:// on anything but this machine.",
    ]);
  });

  test("tell all problems at once, each with its name", () => {
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
    ["PORT", ["http", "-1", "65536", "3000.5", "0"]],
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
        "smtps://mail.example.com/?tls.rejectUnauthorized=false",
      ],
    ],
    ["MAIL", ["of", "OFF", "false", "none"]],
    ["BRAND_NAME", ["x".repeat(61), "two\nlines"]],
    ["GATEHOUSE_ACCENT", ["blue", "#fff", "#12345g"]],
  ];
  for (const [setting, values] of wrong)
    for (const value of values)
      test(`${setting}=${JSON.stringify(value.slice(0, 50))} stops the start, and is not repeated`, () => {
        const lines = refusalOf({ ...production, [setting]: value });
        expect(lines).toHaveLength(1);
        expect(lines[0]).toStartWith(`${setting}: `);
        if (!lines[0]?.includes("such as")) expect(lines[0]).not.toContain(` ${value}`);
      });

  test("refuse to share a cookie with everybody under a public suffix", () => {
    for (const [url, domain] of [
      ["https://login.example.co.uk", "co.uk"],
      ["https://login-abc.vercel.app", "vercel.app"],
      ["https://login.fly.dev", "fly.dev"],
    ] as const)
      expect(refusalOf({ ...production, BETTER_AUTH_URL: url, COOKIE_DOMAIN: domain })[0]).toContain("public suffix");
    expect(refusalOf({ ...production, COOKIE_DOMAIN: "example.com" })).toEqual([]);
  });

  test("a range of proxies that holds strangers stops the start, however it is spelt or put together", () => {
    const strangers = [
      "0.0.0.0/0",
      "::/0",
      "0.0.0.0/1,128.0.0.0/1",
      "0.0.0.0/1",
      "::ffff:0:0/96",
      "::ffff:0.0.0.0/96",
      "::FFFF:0:0/97, ::ffff:8000:0/97",
      "::/1,8000::/1",
      "2000::/3",
      "::/64",
      "::/8",
      "10.0.0.0/0",
      Array.from({ length: 4 }, (_, i) => `${i * 64}.0.0.0/2`).join(),
      Array.from({ length: 256 }, (_, i) => `${i}.0.0.0/8`).join(),
    ];
    for (const proxies of strangers)
      expect([proxies, refusalOf({ ...production, TRUSTED_PROXIES: proxies })]).toEqual([
        proxies,
        [expect.stringContaining("TRUSTED_PROXIES: must hold the addresses of your own proxies only")],
      ]);
    const own = [
      "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,127.0.0.0/8,::1,fc00::/7,fe80::/10",
      "::ffff:10.0.0.0/104",
      "fe80::1%eth0",
      "173.245.48.0/20,104.16.0.0/13,2400:cb00::/32,2606:4700::/32",
    ];
    for (const proxies of own)
      expect([proxies, refusalOf({ ...production, TRUSTED_PROXIES: proxies })]).toEqual([proxies, []]);
    expect(readConfig({ TRUSTED_PROXIES: "::ffff:10.0.0.0/104" }).trustedProxies.check("10.9.9.9", "ipv4")).toBe(true);
  });

  test("local mode that other machines could reach stops the start, in every spelling of such an address", () => {
    const reachable = [
      "0.0.0.0",
      "0",
      "0x0",
      "00.0.0.0",
      "0x0.0.0.0",
      "::",
      "[::]",
      "0:0:0:0:0:0:0:0",
      "::0",
      "::ffff:0.0.0.0",
      "::ffff:0:0",
      "192.168.1.5",
      "10.1",
      "3232235777",
      "[2001:db8::1]",
      "fe80::1%eth0",
      "::ffff:192.168.1.5",
      "gatehouse",
      "localhost.example.com",
      "127.0.0.1.example.com",
      "localhost@192.168.1.5",
      "127.0.0.1:3000",
      "unix:/tmp/x",
      "*",
      "%",
      "128.0.0.1",
      "localhost/x",
    ];
    for (const host of reachable)
      expect([host, refusalOf({ GATEHOUSE_HOST: host })]).toEqual([
        host,
        [expect.stringMatching(/^GATEHOUSE_HOST: .*Leave it out, or set BETTER_AUTH_URL to the https address/)],
      ]);
    expect(
      refusalOf({
        BETTER_AUTH_URL: "http://127.0.0.1:4000",
        SMTP_URL: "smtp://mail.example.com",
        GATEHOUSE_HOST: "0.0.0.0",
      }),
    ).toHaveLength(1);
    expect(readConfig({ ...production, GATEHOUSE_HOST: "::" }).listen.hostname).toBe("::");
    const listensOn = (host: string) => readConfig({ GATEHOUSE_HOST: host }).listen.hostname;
    const own = {
      "127.0.0.1": "127.0.0.1",
      "127.1": "127.0.0.1",
      "0x7f.1": "127.0.0.1",
      "127.9.9.9": "127.9.9.9",
      "::1": "::1",
      "[::1]": "::1",
      "0:0:0:0:0:0:0:1": "::1",
      "::ffff:127.0.0.1": "127.0.0.1",
      LOCALHOST: "localhost",
      "localhost.": "localhost",
      "acme.localhost": "localhost",
    };
    expect(Object.fromEntries(Object.keys(own).map((host) => [host, listensOn(host)]))).toEqual(own);
  });

  test("listen where the local address leads", () => {
    const listensOn = (url: string) => readConfig({ BETTER_AUTH_URL: url }).listen.hostname;
    expect(
      ["http://[::1]:4000", "http://127.0.0.1:4000", "http://localhost:4000", "http://acme.localhost:4000"].map(
        listensOn,
      ),
    ).toEqual(["::1", "127.0.0.1", "localhost", "localhost"]);
  });

  test("that make Better Auth drop its checks stop the start", () => {
    expect(refusalOf({ TEST: "1" })[0]).toStartWith("TEST: ");
    expect(refusalOf({ NODE_ENV: "test" })[0]).toStartWith("NODE_ENV: ");
    expect(refusalOf({ NODE_ENV: "production" })).toEqual([]);
  });

  test("left empty count as left out, in production too", () => {
    expect(refusalOf({ ...production, BETTER_AUTH_SECRET: "  ", MAIL: " " })).toHaveLength(2);
    expect(readConfig({ PORT: " 4001 " })).toMatchObject({ origin: "http://localhost:4001", listen: { port: 4001 } });
    expect(refusalOf({ PORT: "", TRUSTED_ORIGINS: " ", COOKIE_DOMAIN: "", TEST: "" })).toEqual([]);
  });

  test("choose the driver by the address, and let it be overruled", () => {
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

  test("ask for the direct address where the other one leads through Neon's pooler", () => {
    const pooler = "postgresql://u:p@ep-a-1-pooler.eu-central-1.aws.neon.tech/app";
    const direct = "postgresql://u:p@ep-a-1.eu-central-1.aws.neon.tech/app";
    expect(refusalOf({ DATABASE_URL: pooler })[0]).toStartWith("DATABASE_URL_DIRECT: ");
    expect(refusalOf({ DATABASE_URL: pooler, DATABASE_URL_DIRECT: pooler })[0]).toStartWith("DATABASE_URL_DIRECT: ");
    expect(readConfig({ DATABASE_URL: pooler, DATABASE_URL_DIRECT: direct }).database).toMatchObject({
      url: pooler,
      directUrl: direct,
    });
  });

  test("use TLS for every server but this machine, unless the address decides", () => {
    expect(connectionTo("postgres://u:p@db.example.com/app").ssl).toEqual({});
    for (const url of [
      "postgres://u@localhost/app",
      "postgres://u@127.0.0.1:5433/app",
      "postgres://u@[::1]/app",
      "postgres://u:p@db.internal/app?sslmode=disable",
    ])
      expect(connectionTo(url).ssl).toBe(false);
  });
});

import { expect, test } from "bun:test";
import { readConfig } from "../../src/settings/config";
import { refusalOf } from "../support/refusal";

/** The settings that say where Gatehouse is reached, and by whom. */

const secret = "kD7vQ2mX9pL4sW8zR1tY6uB3nH5jF0gC";
const production = {
  ...{ BETTER_AUTH_URL: "https://login.example.com", GATEHOUSE_DB_DRIVER: "embedded" },
  ...{ BETTER_AUTH_SECRET: secret, MAIL: "off" },
};

test("settings: let one port name decide the whole local address", () => {
  expect(readConfig({ PORT: "4001" }).origin).toBe("http://localhost:4001");
  expect(readConfig({ BETTER_AUTH_URL: "http://127.0.0.1:5000" }).listen.port).toBe(5000);
});

test("settings: refuse to share a cookie with everybody under a public suffix", () => {
  for (const [url, domain] of [
    ["https://login.example.co.uk", "co.uk"],
    ["https://login-abc.vercel.app", "vercel.app"],
    ["https://login.fly.dev", "fly.dev"],
  ] as const)
    expect(refusalOf({ ...production, BETTER_AUTH_URL: url, COOKIE_DOMAIN: domain })[0]).toContain("public suffix");
  expect(refusalOf({ ...production, COOKIE_DOMAIN: "example.com" })).toEqual([]);
});

test("settings: a range of proxies that holds strangers stops the start, however it is spelt or put together", () => {
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

/** Hosts at which other machines reach this one, or that are none. */
const reachableHosts = [
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

/** Hosts of this machine alone, and what is listened on. */
const ownHosts = {
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

test("settings: local mode that other machines could reach stops the start, however it is spelt", () => {
  for (const host of reachableHosts)
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
  for (const host of ["::", "[::]"])
    expect(readConfig({ ...production, GATEHOUSE_HOST: host }).listen.hostname).toBe("::");
  const listensOn = (host: string) => readConfig({ GATEHOUSE_HOST: host }).listen.hostname;
  expect(Object.fromEntries(Object.keys(ownHosts).map((host) => [host, listensOn(host)]))).toEqual(ownHosts);
});

test("settings: listen at an address or a name, for pages and for metrics, and at nothing around one", () => {
  const metrics = { GATEHOUSE_METRICS_PORT: "9464" };
  for (const host of ["0.0.0.0", "::", "[::1]", "fe80::1%eth0", "127.1", "gatehouse_1", "login.example.com"])
    expect([
      host,
      refusalOf({ ...production, ...metrics, GATEHOUSE_HOST: host, GATEHOUSE_METRICS_HOST: host }),
    ]).toEqual([host, []]);
  for (const host of ["127.0.0.1:9464", "http://0.0.0.0", "999.1.1.1"])
    expect(refusalOf({ ...production, ...metrics, GATEHOUSE_METRICS_HOST: host })).toEqual([
      "GATEHOUSE_METRICS_HOST: must be an address such as 127.0.0.1, `0.0.0.0` or `::`, or a name, without a port.",
    ]);
});

test("settings: listen where the local address leads", () => {
  const listensOn = (url: string) => readConfig({ BETTER_AUTH_URL: url }).listen.hostname;
  expect(
    ["http://[::1]:4000", "http://127.0.0.1:4000", "http://localhost:4000", "http://acme.localhost:4000"].map(
      listensOn,
    ),
  ).toEqual(["::1", "127.0.0.1", "localhost", "localhost"]);
});

test("settings: a list of domains is read in any case, and what is none is refused with the reason", () => {
  const problemOf = (GATEHOUSE_SIGN_UP_DOMAINS: string) => refusalOf({ GATEHOUSE_SIGN_UP_DOMAINS })[0] ?? "";
  const read = readConfig({ GATEHOUSE_SIGN_UP_DOMAINS: "Example.COM, *.example.co.uk,xn--bcher-kva.example" });
  expect(read.signUp.domains).toEqual(["example.com", "*.example.co.uk", "xn--bcher-kva.example"]);
  expect(problemOf("bücher.example")).toContain("punycode");
  expect(problemOf("@example.com")).toContain("without `@`");
  for (const star of ["exa*mple.com", "*example.com", "mail.*.example.com"]) expect(problemOf(star)).toContain("`*`");
  for (const none of ["example", "example.com/", "example..com", "xn--a.example", "127.0.0.1", "-.com:80", "*.com"])
    expect(problemOf(none)).toContain("must be a domain such as");
  for (const everybody of ["*.co.uk", "co.uk"]) expect(problemOf(everybody)).toContain("anybody can be in");
});

test("settings: what needs mail to let people in stops the start without it", () => {
  expect(refusalOf({ ...production, GATEHOUSE_SIGN_UP: "invited" })[0]).toContain("needs mail");
  expect(refusalOf({ ...production, GATEHOUSE_SIGN_UP_DOMAINS: "example.com" })[0]).toContain("needs mail");
  expect(refusalOf({ ...production, GATEHOUSE_SIGN_UP: "closed" })).toEqual([]);
  expect(refusalOf({ GATEHOUSE_SIGN_UP: "shut" })[0]).toContain("`invited` or `closed`");
});

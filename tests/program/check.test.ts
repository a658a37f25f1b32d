import { describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { capabilities } from "../../src/capabilities/index";
import { check } from "../../src/check";
import { manage } from "../support/manage";
import { freePort, newFolder, startProgram } from "../support/program";

/** `check` and `healthcheck`: what an operator sees before a start, and a container while it runs. */

const secret = "kD7vQ2mX9pL4sW8zR1tY6uB3nH5jF0gC";
const good = {
  BETTER_AUTH_URL: "https://login.example.com",
  BETTER_AUTH_SECRET: secret,
  DATABASE_URL: "postgres://ada:a-pass-phrase@db.example.com/app",
  SMTP_URL: "smtps://ada:a-pass-phrase@mail.example.com",
};

const noMail = { MAIL: "off", SMTP_URL: "" };

/** Twenty set-ups that are broken, each with what must be named. */
const broken: [what: string, given: Record<string, string>, names: string[]][] = [
  ["http for the whole world", { BETTER_AUTH_URL: "http://login.example.com" }, ["BETTER_AUTH_URL"]],
  ["an address with a path", { BETTER_AUTH_URL: "https://example.com/login" }, ["BETTER_AUTH_URL"]],
  ["a template that did not resolve", { DATABASE_URL: "" }, ["DATABASE_URL"]],
  ["a database of another kind", { DATABASE_URL: "mysql://ada:pw@db.example.com/app" }, ["DATABASE_URL"]],
  ["Neon's pooler alone", { DATABASE_URL: "postgres://u:p@ep-a-pooler.eu.neon.tech/a" }, ["DATABASE_URL_DIRECT"]],
  ["two databases", { GATEHOUSE_DB_DRIVER: "embedded" }, ["GATEHOUSE_DB_DRIVER"]],
  ["a secret that anybody guesses", { BETTER_AUTH_SECRET: "a".repeat(40) }, ["BETTER_AUTH_SECRET"]],
  ["two secrets", { BETTER_AUTH_SECRETS: `2:${secret}` }, ["BETTER_AUTH_SECRET"]],
  ["a secret twice", { BETTER_AUTH_SECRET_FILE: "/run/secrets/it" }, ["BETTER_AUTH_SECRET"]],
  ["a file of a secret that is not there", { SMTP_URL: "", SMTP_URL_FILE: "/nowhere/smtp" }, ["SMTP_URL_FILE"]],
  ["a slip in a name", { TRUSTED_ORIGIN: "https://docs.example.com" }, ["TRUSTED_ORIGIN"]],
  ["a slip in the name of a file", { DATABASE_URL_FLIE: "/run/secrets/it" }, ["DATABASE_URL_FLIE"]],
  ["an origin with a path", { TRUSTED_ORIGINS: "https://docs.example.com/guide" }, ["TRUSTED_ORIGINS"]],
  ["a public suffix", { BETTER_AUTH_URL: "https://a.github.io", COOKIE_DOMAIN: "github.io" }, ["COOKIE_DOMAIN"]],
  ["a cookie for another domain", { COOKIE_DOMAIN: "example.org" }, ["COOKIE_DOMAIN"]],
  ["a proxy that is no address", { TRUSTED_PROXIES: "nginx" }, ["TRUSTED_PROXIES"]],
  ["no mail server", { SMTP_URL: "" }, ["SMTP_URL"]],
  ["mail without encryption", { SMTP_URL: "smtp://mail.example.com?requireTLS=false" }, ["SMTP_URL"]],
  [
    "workers on the embedded database",
    { DATABASE_URL: "x", GATEHOUSE_WORKERS: "0" },
    ["DATABASE_URL", "GATEHOUSE_WORKERS"],
  ],
  ["a second factor without mail", { ...noMail, GATEHOUSE_SECOND_FACTOR: "required" }, ["GATEHOUSE_SECOND_FACTOR"]],
];

/** The lines that a set-up is refused with. */
async function linesOf(given: Record<string, string>): Promise<string[]> {
  const refused = await check(given, capabilities, { isOnline: false }).catch((error: Error) => error);
  return refused instanceof Error ? refused.message.split("\n") : [];
}

describe("check", () => {
  for (const [what, given, names] of broken)
    test(`names ${what}, with a remedy, and no secret`, async () => {
      const lines = await linesOf({ ...good, ...given });
      for (const name of names) expect(lines.join("\n")).toContain(name);
      for (const line of lines) expect(line).toMatch(/^[A-Z_]+: .{10,}[.?]$/);
      expect(lines.join("\n")).not.toMatch(/pass-phrase|kD7vQ2/);
    });

  test("finds nothing wrong where nothing is, and knows twenty ways to be wrong", async () => {
    expect([await linesOf(good), broken.length]).toEqual([[], 20]);
  });

  test("ends with 0 or 78, in words or for programs, and starts nothing", async () => {
    const right = await manage({}, "check", "--json");
    expect([right.code, JSON.parse(right.out)]).toMatchObject([0, { ok: true, mode: "local", database: "embedded" }]);
    const wrong = await manage({ PORT: "x", MAIL: "maybe" }, "check");
    expect([wrong.code, wrong.out, wrong.problem.trim().split("\n").length]).toEqual([78, "", 2]);
    const told = await manage({ PORT: "x" }, "check", "--json");
    expect([told.code, told.problem, JSON.parse(told.out)]).toEqual([
      78,
      "",
      { ok: false, problems: [expect.stringMatching(/^PORT: /)] },
    ]);
  });

  test("tells of origins whose scripts never learn who is signed in", async () => {
    const noted = await check({ ...good, TRUSTED_ORIGINS: "https://docs.example.com,https://docs.example.org" }, [], {
      isOnline: false,
    });
    expect(noted).toMatchObject({ facts: { notes: [expect.stringContaining("https://docs.example.org is another")] } });
  });
});

describe("check", () => {
  const unasked: [what: string, given: Record<string, string>, words: string][] = [
    ["a mark that is not there", { GATEHOUSE_MARK: "/nowhere/mark.svg" }, "GATEHOUSE_MARK: the file cannot be read."],
    ["passkeys of another domain", { GATEHOUSE_PASSKEY_DOMAIN: "example.org" }, "is not inside this domain"],
    ["passkeys of everybody's domain", { GATEHOUSE_PASSKEY_DOMAIN: "com" }, "is a public suffix"],
    ["a certificate that is not there", { DATABASE_URL: `${good.DATABASE_URL}?sslrootcert=/no` }, "sslrootcert names"],
  ];
  for (const [what, given, words] of unasked)
    test(`names what a start is refused for, though nothing is asked: ${what}`, async () => {
      expect(await linesOf({ ...good, ...given })).toEqual([expect.stringContaining(words)]);
      const [name = ""] = Object.keys(given);
      expect(await linesOf({ ...good, ...given })).toEqual([expect.stringMatching(new RegExp(`^${name}: `))]);
    });
});

test("check names a mark whose file is no picture, whatever it is called", async () => {
  const folder = newFolder();
  for (const name of ["page.svg", "page.png", "empty.png", "picture.jpg.png"]) {
    const GATEHOUSE_MARK = join(folder, name);
    await Bun.write(GATEHOUSE_MARK, name.startsWith("page") ? "<!doctype html><p>Not found" : name.slice(0, -9));
    expect(await linesOf({ ...good, GATEHOUSE_MARK })).toEqual([
      expect.stringMatching(/^GATEHOUSE_MARK: the file is no picture of the kind/),
    ]);
  }
  const GATEHOUSE_MARK = join(folder, "mark.svg");
  await Bun.write(GATEHOUSE_MARK, '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>');
  expect(await linesOf({ ...good, GATEHOUSE_MARK })).toEqual([]);
  rmSync(folder, { recursive: true });
});

describe("check", () => {
  test("names what contradicts in a capability together with what else is wrong", async () => {
    const lines = await linesOf({ ...good, SMTP_URL: "", GATEHOUSE_WEBHOOK_URL: "https://api.example.com/webhooks" });
    expect(lines.map((line) => line.split(":")[0])).toEqual(["SMTP_URL", "GATEHOUSE_WEBHOOK_SECRET"]);
  });

  test("says that a mail server is well only where one was asked", async () => {
    const online = await check({ DATA_DIR: "/tmp" }, capabilities, { isOnline: true });
    expect(online).toMatchObject({
      said: "The settings are in order, and so is the database. No mail server is named.",
    });
  });

  test("lets passkeys be for the host itself, or a domain of somebody's above it", async () => {
    for (const domain of ["login.example.com", "example.com"])
      expect(await linesOf({ ...good, GATEHOUSE_PASSKEY_DOMAIN: domain })).toEqual([]);
    expect(await linesOf({ GATEHOUSE_PASSKEY_DOMAIN: "localhost" })).toEqual([]);
  });
});

test("healthcheck ends with 0 while the program is alive, and with 1 while it is not", async () => {
  const program = await startProgram();
  // What a machine behind a company's proxy sets is for other machines.
  const settings = { BETTER_AUTH_URL: program.origin, HTTP_PROXY: `http://localhost:${freePort()}` };
  expect(await manage(settings, "healthcheck")).toMatchObject({ code: 0, out: "alive\n" });
  expect((await fetch(`${program.origin}/readyz`)).headers.get("x-gatehouse-version")).toBe(
    (await Bun.file(join(import.meta.dir, "../../package.json")).json()).version,
  );
  await program.remove();
  expect((await manage(settings, "healthcheck")).code).toBe(1);
  // In whatever spelling an address of IPv6 was set.
  const { DATABASE_URL, ...production } = { ...good, ...noMail, GATEHOUSE_DB_DRIVER: "embedded" };
  for (const GATEHOUSE_HOST of ["[::1]", "::1", "[::]", "fe80::1%eth0"])
    expect((await manage({ ...production, GATEHOUSE_HOST, PORT: "1" }, "healthcheck")).said).toMatch(
      /^http:\/\/\[\S+\]:1\/livez does not answer\.\n$/,
    );
  expect((await manage({ PORT: String(freePort()) }, "healthcheck", "--json")).out).toContain('"ok":false');
});

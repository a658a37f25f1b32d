import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { newPerson } from "../support/harness";
import { startPostgres, type PostgresServer } from "../support/postgres/server";
import { freePort, newFolder, startProgram, type Program } from "../support/program";
import { until } from "../support/until";

/** What takes long to load, or much memory, and waits for whoever needs it. */
const forLater = [
  ...["@electric-sql/pglite", "drizzle-orm/pglite", "@neondatabase/serverless"], // other databases
  ...["elysia", "@elysiajs/html", "@sinclair/typebox", "src/pages", "administration/words/pages"], // the first page
  ...["uqr", "otpauth"], // codes of authenticator apps
  ...["better-auth", "better-call", "jose"], // the first sign-in
  ...["nodemailer", "views/mail"], // the first mail
  ...["bowser", "standardwebhooks", "@simplewebauthn"], // names of devices, webhooks, passkeys
  ...["@zxcvbn-ts", "csv-parse", "@streamparser", "tldts", "zod"], // passwords, on a thread; imports; domains; fields
];

/** What is answered to nobody in particular, but for the probes. */
const expected: Record<string, number> = {
  "/api/session": 401,
  "/api/forward-auth": 401,
  "/api/session/changes": 404,
};

let postgres: PostgresServer;
let program: Program;
const folder = newFolder();
beforeAll(async () => {
  postgres = await startPostgres();
  program = await startProgram({
    DATABASE_URL: postgres.url(await postgres.createDatabase()),
    SMTP_URL: `smtp://localhost:${freePort()}`, // nobody there
    MAIL_FROM: "login@example.com",
    LOADED_MODULES: join(folder, "modules"),
    BUN_OPTIONS: "--preload ./tests/support/loaded-modules.ts",
  });
});
afterAll(async () => {
  await program?.remove();
  await postgres?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Those of the packages and rooms that are loaded in the program. */
async function loadedOf(names: readonly string[]): Promise<string[]> {
  const file = join(folder, "modules");
  rmSync(file, { force: true });
  program.process.kill("SIGUSR2");
  await until("the modules are listed", () => existsSync(file) && readFileSync(file, "utf8").includes("\n"));
  const modules = readFileSync(file, "utf8").split("\n");
  return names.filter((name) => modules.some((path) => path.includes(`/${name}/`)));
}

// The one file can be told to preload nothing.
describe.skipIf(process.env.GATEHOUSE_PROGRAM !== undefined)("a program on a server's database", () => {
  test("has loaded nothing that only later work needs once it is ready", async () => {
    expect(await loadedOf(["pg", "drizzle-orm", ...forLater])).toEqual(["pg", "drizzle-orm"]);
  });

  test("answers programs and probes without loading more", async () => {
    for (const path of ["/livez", "/readyz", "/api/session", "/api/forward-auth", "/api/session/changes"])
      expect([path, (await fetch(program.origin + path)).status]).toEqual([path, expected[path] ?? 200]);
    expect(await loadedOf(forLater)).toEqual([]);
  });

  test("loads the router and the pages with the first page", async () => {
    expect((await fetch(`${program.origin}/sign-in`)).status).toBe(200);
    const used = ["elysia", "src/pages"];
    expect(await loadedOf([...used, "better-auth", "nodemailer"])).toEqual(used);
  });

  test("loads Better Auth and what writes mails when somebody signs up", async () => {
    const { origin } = program;
    const body = new URLSearchParams({ ...newPerson() });
    const answer = await fetch(`${origin}/sign-up`, { method: "POST", redirect: "manual", headers: { origin }, body });
    expect(answer.status).toBe(303);
    const used = ["better-auth", "nodemailer", "views/mail"];
    await until("they are loaded", async () => (await loadedOf(used)).length === used.length);
    expect(await loadedOf(["@electric-sql/pglite", "@neondatabase/serverless"])).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPackages, version, writeBoms, writeSums } from "../../scripts/release/build";
import { problemsOf } from "../../scripts/release/check";
import { attempt, pythonTools, root, run } from "../../scripts/release/run";

/** What `bun run release` makes, but for the program, which tests/one-file builds twice, and the image. */

const folder = mkdtempSync(join(tmpdir(), "gatehouse-release-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [first, second] = [join(folder, "first"), join(folder, "second")] as const;
const plugin = `docusaurus-plugin-gatehouse-${version}.tgz`;
const client = `gatehouse-js-${version}.tgz`;
const wheel = `gatehouse_fastapi-${version}-py3-none-any.whl`;
const sdist = `gatehouse_fastapi-${version}.tar.gz`;

beforeAll(async () => {
  for (const out of [first, second]) {
    mkdirSync(out);
    await buildPackages(out);
    await writeBoms(out);
    await writeSums(out);
  }
}, 300_000);

describe("a release", () => {
  test("has the packages, and a bill of materials for each and for the program", () => {
    const bill = (name: string) => `${name}-${version}.cdx.json`;
    const bills = ["docusaurus-plugin-gatehouse", "gatehouse", "gatehouse-js", "gatehouse_fastapi"].map(bill);
    expect(readdirSync(first).sort()).toEqual(["SHA256SUMS", plugin, client, wheel, sdist, ...bills].sort());
  });

  test("is the same when it is built again, byte for byte", async () => {
    expect(readFileSync(join(second, "SHA256SUMS"), "utf8")).toBe(readFileSync(join(first, "SHA256SUMS"), "utf8"));
    await run(["sha256sum", "--check", "--strict", "SHA256SUMS"], { cwd: first });
  });

  test("has the time of its commit in the archives", async () => {
    const commit = Number(await run(["git", "log", "-1", "--format=%ct"]));
    const tar = Bun.gunzipSync(readFileSync(join(first, sdist)));
    expect(Number.parseInt(new TextDecoder().decode(tar.subarray(136, 147)), 8)).toBe(commit); // of its first file
  });
});

test("a release is made of what is committed, and of nothing else", async () => {
  const checkout = join(folder, "checkout");
  await run(["git", "clone", "-q", root, checkout]);
  symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"));
  writeFileSync(join(checkout, "more.ts"), "");
  const { isDone, printed } = await attempt([process.execPath, "scripts/release.ts"], { cwd: checkout });
  expect([isDone, printed]).toEqual([false, expect.stringContaining("Commit what `git status` shows")]);
});

describe("the JavaScript client, installed from its archive into an empty project", () => {
  const project = join(folder, "project");
  const write = (name: string, text: string) => writeFileSync(join(project, name), text);
  beforeAll(async () => {
    mkdirSync(project);
    write("package.json", '{ "type": "module" }');
    await run(["npm", "install", "--offline", "--no-audit", "--no-fund", join(first, client)], { cwd: project });
  });

  test("brings nothing along", () => {
    expect(readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."))).toEqual([
      "gatehouse-js",
    ]);
    const files = readdirSync(join(project, "node_modules/gatehouse-js")).sort();
    expect(files).toEqual(["LICENSE", "README.md", "dist", "package.json"]);
  });

  test("runs under Node as it does under Bun, and ends by itself", async () => {
    write("app.js", app);
    const ways = ["function", "function", "function", "function", "function"];
    for (const program of ["node", process.execPath]) {
      const seen = JSON.parse(await run([program, "app.js"], { cwd: project }));
      expect(seen).toEqual(["Ada Lovelace", "no_session", "no_session", "unavailable", ...ways]);
    }
  });

  test("has types that hold without anybody else's", async () => {
    write("app.ts", typed);
    const options = ["--strict", "--noEmit", "--module", "nodenext", "--lib", "es2022,dom"];
    const tsc = [process.execPath, join(root, "node_modules/.bin/tsc"), ...options, "app.ts"];
    expect(await attempt(tsc, { cwd: project })).toEqual({ isDone: true, printed: "" });
  });
});

const app = `
import { createGatehouse } from "gatehouse-js";
import { startTestGatehouse } from "gatehouse-js/testing";
const login = await startTestGatehouse();
const gatehouse = createGatehouse({ url: login.url, log() {} });
const cookie = login.signIn();
const ask = (headers) => gatehouse.check({ method: "GET", headers }).then(({ user }) => user.name, ({ code }) => code);
const seen = [await ask({ cookie }), await ask({})];
login.signOut(cookie);
seen.push(await ask({ cookie }));
await login.stop();
seen.push(await ask({ cookie }));
for (const name of ["express", "hono", "elysia", "fastify", "next"])
  seen.push(typeof (await import("gatehouse-js/" + name)).signedIn);
console.log(JSON.stringify(seen));
`;

const typed = `
import { type Caller, createGatehouse, Refused } from "gatehouse-js";
import { signedIn as elysia } from "gatehouse-js/elysia";
import { signedIn as express } from "gatehouse-js/express";
import { signedIn as next } from "gatehouse-js/next";
import { startTestGatehouse } from "gatehouse-js/testing";
const gatehouse = createGatehouse({ url: (await startTestGatehouse()).url, fetch });
const caller: Caller = await gatehouse.require(new Request("http://localhost"), { fresh: true });
const nobody: Caller | null = await gatehouse.who({ method: "GET", headers: { cookie: undefined } });
const refused: Response = new Refused("no_session").toResponse();
export default [caller.user.roles.length, nobody?.session.factors, refused, elysia, express, next];
// @ts-expect-error a misspelt demand
void gatehouse.require(new Request("http://localhost"), { second_factor: true });
`;

describe("the checkers", () => {
  test("find nothing wrong with it", async () => expect(await problemsOf(first)).toEqual([]));

  test("find what is wrong with packages and bills that are spoiled, each its own", async () => {
    const spoiled = join(folder, "spoiled");
    await spoil(spoiled);
    const problems = (await problemsOf(spoiled)).join("\n");
    for (const found of [
      "`long_description` missing.", // twine
      "W005: Wheel contains common toplevel name", // check-wheel-contents
      "'bomFormat' is a required property", // boms.py
      'pkg.exports["./client"] is ./lib/client/index.js but the file does not exist', // publint
      "bundler: Resolution failed", // attw
    ])
      expect(problems).toContain(found);
  });
});

/** A release in which each checker finds something. */
async function spoil(to: string) {
  const unpacked = join(folder, "unpacked");
  for (const path of [to, unpacked]) mkdirSync(path);
  await run(["tar", "xzf", join(first, plugin), "-C", unpacked]);
  rmSync(join(unpacked, "package/lib/client"), { recursive: true });
  await run(["tar", "czf", join(to, plugin), "-C", unpacked, "package"]);
  const client = join(folder, "python");
  cpSync(join(root, "clients/python"), client, { recursive: true, filter: (path) => !/\/\.\w+/.test(path) });
  const project = readFileSync(join(client, "pyproject.toml"), "utf8");
  const spoiled = project.replace(/^readme = .*$/m, "").replace(/^packages = \[/m, '$&"tests", ');
  writeFileSync(join(client, "pyproject.toml"), spoiled);
  await run([(await pythonTools())("python"), "-m", "hatchling", "build", "-d", to], { cwd: client });
  writeFileSync(join(to, "gatehouse.cdx.json"), '{ "specVersion": "1.6" }');
}

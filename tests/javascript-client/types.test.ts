import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { folderWithClient } from "../support/javascript";
import { runInRuntime } from "./places";

/** The package as programs take it: TypeScript that looks as closely as it can, and CommonJS. */

const program = `
import { createServer } from "node:http";
import { createGatehouse } from "gatehouse-js";
import fastify from "fastify";
import { signedIn as inFastify } from "gatehouse-js/fastify";
import { signedIn } from "gatehouse-js/hono";
import { Hono } from "hono";

const { env } = process;
const gatehouse = createGatehouse({
  url: "http://localhost:3000",
  allowedOrigins: ["http://localhost:8080"] as const,
  publicUrl: env.PUBLIC_URL,
  returnTo: env.RETURN_TO,
  liveKey: env.GATEHOUSE_BACKEND_KEY,
  cacheSeconds: undefined,
  deadlineSeconds: undefined,
  fetch: undefined,
  log: undefined,
});
const isFresh: boolean | undefined = env.FRESH === undefined ? undefined : true;
const page = { method: "GET", headers: new Headers() };
await gatehouse.require(page, { fresh: isFresh, emailVerified: isFresh, secondFactor: isFresh });
createServer(async (request) => {
  await gatehouse.ask(request.headers.cookie, undefined, { fromMemory: isFresh });
  await gatehouse.ask(new Headers().get("cookie"));
  // @ts-expect-error a role that is undefined by a slip would let everybody in
  await gatehouse.require(request, { role: env.ROLE });
});

const app = new Hono();
app.use(signedIn(gatehouse));
app.get("/me", (context) => context.json({ name: context.get("caller").user.name }));

const worker = new Hono<{ Bindings: { LOGIN: string }; Variables: { count: number } }>();
worker.use((context, next) => signedIn(createGatehouse({ url: context.env.LOGIN }))(context, next));
worker.get("/me", signedIn(gatehouse), (context) => {
  const count: number = context.get("count");
  // @ts-expect-error a number is no name
  const name: string = context.get("count");
  return context.json({ count, name, id: context.get("caller").user.id });
});

for (const server of [fastify(), fastify({ logger: true })])
  server.addHook("onRequest", inFastify(gatehouse)).get("/me", async ({ caller }) => caller.user.name);
fastify({ http2: true }).get("/me", { onRequest: inFastify(gatehouse) }, async ({ caller }) => caller.user.name);
`;

test("programs in TypeScript are taken as the README writes them, with every check on", () => {
  const folder = folderWithClient();
  const file = join(folder, "typed.ts");
  writeFileSync(file, program);
  const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--verbatimModuleSyntax"];
  const target = ["--module", "NodeNext", "--target", "ES2023", "--types", "bun-types", "--skipLibCheck", "--noEmit"];
  const tsc = join(import.meta.dir, "../../node_modules/.bin/tsc");
  const { stdout } = Bun.spawnSync([process.execPath, tsc, ...strict, ...target, file], { cwd: folder });
  expect(stdout.toString()).toBe("");
}, 300_000);

for (const runtime of ["Node", "Bun"] as const)
  test(`${runtime}: CommonJS may require each part`, async () => {
    const printed = await runInRuntime(runtime, "required.cjs");
    expect(JSON.parse(printed)).toEqual(Array.from({ length: 7 }, () => "function"));
  }, 300_000);

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createServer } from "node:http";
import { backendsFolder, recipes, startBackend, type Recipe } from "../support/backends";
import { newPerson } from "../support/harness";
import { startProgram, type Program } from "../support/program";
import type { Served } from "../support/serve";

/** The recipes of docs/backends.md, each before a Gatehouse that runs, hangs, is stopped, or is not Gatehouse. */

const inCI = process.env.CI === "true";
const lacking = recipes.filter(({ missing }) => missing() !== undefined);
const here = recipes.filter((recipe) => inCI || !lacking.includes(recipe));

const person = { ...newPerson(), name: "Ada Løvelace" };
const ourPage = "http://localhost:8080"; // as the recipes have it
/** Go compiles its own library the first time, and Python's packages are fetched. */
const longestSetUp = 10 * 60 * 1000; // milliseconds
const backends = new Map<Recipe, Served>();
let gatehouse: Program;
let cookie: string;
beforeAll(async () => {
  gatehouse = await startProgram();
  cookie = await signIn();
  const address = `${gatehouse.origin}/`; // with a slash at its end, as browsers show it
  const start = async (recipe: Recipe) => backends.set(recipe, await startBackend(recipe, address));
  await Promise.all(here.map(start));
}, longestSetUp);
afterAll(async () => {
  await Promise.all([...backends.values()].map(({ stop }) => stop()));
  await gatehouse.remove();
});

for (const { name, missing } of lacking) if (!inCI) test.skip(`${name} ${missing()}`, () => {});

for (const recipe of here)
  describe("a backend before Gatehouse", () => {
    test(`${recipe.name} tells the name of whoever is signed in, also in a write of its own page`, async () => {
      expect(await ask(recipe, { cookie })).toEqual([200, { name: person.name }]);
      expect(await write(recipe, { cookie, origin: ourPage })).toEqual([201, { author: person.name }]);
    });

    test(`${recipe.name} says 401 without a cookie, with a forged one, and after the sign-out`, async () => {
      const gone = await signIn();
      await post("/sign-out", {}, gone);
      const forged = cookie.replace(/(session_token=)./, "$1_");
      for (const headers of [{}, { cookie: "theme=dark" }, { cookie: forged }, { cookie: gone }] as Headers[])
        expect([headers, (await ask(recipe, headers))[0]]).toEqual([headers, 401]);
      expect((await write(recipe, { origin: ourPage }))[0]).toBe(401);
    });

    test(`${recipe.name} refuses a write from another site, and one that does not say where it is from`, async () => {
      for (const origin of ["https://evil.example", "null", `${ourPage}.evil.example`, `${ourPage}/`])
        expect([origin, (await write(recipe, { cookie, origin }))[0]]).toEqual([origin, 403]);
      expect((await write(recipe, { cookie }))[0]).toBe(403);
      expect((await ask(recipe, { cookie, origin: "https://evil.example" }))[0]).toBe(200);
    });
  });

describe("a backend before a Gatehouse that hangs", () => {
  beforeAll(() => gatehouse.process.kill("SIGSTOP"));
  afterAll(() => gatehouse.process.kill("SIGCONT"));

  for (const recipe of here)
    test(`${recipe.name} gives up, and says that it cannot know`, async () => {
      expect((await ask(recipe, { cookie }))[0]).toBe(503);
    });
});

describe("a backend before a Gatehouse that was stopped", () => {
  beforeAll(async () => {
    await gatehouse.stop("SIGKILL");
  });

  for (const recipe of here)
    test(`${recipe.name} says that it cannot know`, async () => {
      expect((await ask(recipe, { cookie }))[0]).toBe(503);
      expect((await write(recipe, { cookie, origin: ourPage }))[0]).toBe(503);
    });

  for (const [what, answer] of Object.entries(impostors()))
    test(`believes nothing else that answers in its place: ${what}`, async () => {
      const { port } = new URL(gatehouse.origin);
      const impostor = Bun.serve({ port, hostname: "localhost", fetch: answer });
      const answers: [name: string, status: number][] = [];
      for (const recipe of here) answers.push([recipe.name, (await ask(recipe, { cookie }))[0]]);
      await impostor.stop(true);
      expect(answers).toEqual(here.map(({ name }) => [name, 503]));
    });

  for (const recipe of here)
    test(`${recipe.name} keeps its connections, also those of many requests at once`, async () => {
      const connections = await connectionsFor(recipe);
      expect(connections).toBeLessThan(20); // one for each of eight, and some to spare; a new one each time are seventy
    });
});

/** How many connections a recipe makes to answer eight visitors at once, ten times. */
async function connectionsFor(recipe: Recipe): Promise<number> {
  let connections = 0;
  const user = { id: "1", name: "Ada", email: "ada@example.org", emailVerified: true, image: null };
  const times = { createdAt: "2026-11-20T21:53:38.277Z", expiresAt: "2036-11-27T21:53:38.277Z" };
  const body = JSON.stringify({ user, session: { id: "2", ...times, fresh: true } });
  const server = createServer((_, response) => {
    response.setHeader("content-type", "application/json");
    setTimeout(() => response.end(body), 20); // so that all eight are under way
  }).on("connection", () => void (connections += 1));
  await new Promise<void>((resolve) => server.listen(Number(new URL(gatehouse.origin).port), "localhost", resolve));
  const answered: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(recipe, { cookie })));
    answered.push(...answers.map(([status]) => status));
  }
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(answered.filter((status) => status !== 200)).toEqual([]);
  return connections;
}

const json = { "content-type": "application/json" };

/** What a proxy in between may say, and what another program on that port. */
function impostors(): Record<string, (request: Request) => Response> {
  const user = { id: "1", name: "Nobody", email: "nobody@example.org" };
  return {
    "a proxy's own 401": () => new Response("<h1>401</h1>", { status: 401 }),
    "a 401 in JSON": () => Response.json({ error: { code: "unauthorized" } }, { status: 401 }),
    "a page": () => new Response("<h1>Welcome</h1>"),
    "a redirect to somebody": ({ url }) =>
      url.endsWith("/somebody") ? Response.json({ user }) : Response.redirect("/somebody", 302),
    "a failure with somebody in it": () => Response.json({ user }, { status: 500 }),
    "somebody without an id": () => Response.json({ user: { id: "", name: "Nobody" } }),
    "JSON that is no object": () => Response.json(["user"]),
    "JSON that is nested too deep": () => new Response("[".repeat(100_000), { headers: json }),
  };
}

test("the recipe in Go is formatted as Go is", () => {
  if (!inCI && !Bun.which("gofmt")) return;
  const { stdout, exitCode } = Bun.spawnSync(["gofmt", "-l", `${backendsFolder}/go`]);
  expect([exitCode, stdout.toString()]).toEqual([0, ""]);
});

type Headers = Record<string, string>;

const ask = (recipe: Recipe, headers: Headers) => send(recipe, "/me", { headers });
const write = (recipe: Recipe, headers: Headers) => send(recipe, "/notes", { method: "POST", headers });

/** The recipes have 0.8 seconds; in milliseconds. */
const longestAnswer = 30 * 1000;

/** The status, and what was said by it. Throws when a backend waits for Gatehouse without a deadline. */
async function send(recipe: Recipe, path: string, init: RequestInit): Promise<[number, unknown]> {
  const signal = AbortSignal.timeout(longestAnswer);
  const response = await fetch(`${backends.get(recipe)?.origin}${path}`, { ...init, signal });
  const text = await response.text();
  return [response.status, response.ok ? JSON.parse(text) : text];
}

async function signIn(): Promise<string> {
  await post("/sign-up", { ...person });
  const { headers } = await post("/sign-in", { ...person, remember: "on" });
  return headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
}

function post(path: string, fields: Record<string, string>, cookie = ""): Promise<Response> {
  const { origin } = gatehouse;
  const headers = { origin, cookie };
  return fetch(origin + path, { method: "POST", redirect: "manual", headers, body: new URLSearchParams(fields) });
}

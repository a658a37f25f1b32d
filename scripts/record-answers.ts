import { writeFileSync } from "node:fs";
import { requestTo, titleOf, type Sent } from "../tests/catalogue/request";
import type { Route } from "../tests/catalogue/route";
import { routes } from "../tests/catalogue/routes";
import { makeWorld, restore, snapshot, type World } from "../tests/catalogue/world";

/**
 * Records what every route answers in every state, to be compared with another version's record:
 * `bun scripts/record-answers.ts before.json`, change the program, record again, and `diff` the two files.
 * Whatever differs between two runs of the same program (ids, times, tokens) is masked.
 */

const [file] = process.argv.slice(2);
if (!file) throw new Error("Name the file to write: bun scripts/record-answers.ts answers.json");
let world: World;
process.env.NODE_ENV = "production"; // as the tests: Better Auth drops its checks otherwise

/** A good request, one without fields and one with wrong ones, as each visitor, in each way a page can be asked for. */
function requestsTo(route: Route): Record<string, Sent> {
  const wrong = Object.fromEntries(Object.entries(route.fields).map(([name]) => [name, "not-right"]));
  const contents = { good: route.values(world), empty: {}, wrong: { ...route.values(world), ...wrong } };
  const requests: Record<string, Sent> = {};
  for (const [content, values] of Object.entries(contents))
    for (const [visitor, cookie] of Object.entries(visitors(world)))
      for (const [way, headers] of Object.entries(ways)) {
        const sent = requestTo(route, world, { ...route.values(world), ...values });
        const fields = content === "empty" ? requestTo(route, world, pathFieldsOf(route)) : sent;
        requests[`${content}, ${visitor}, ${way}`] = { ...fields, headers: { ...fields.headers, cookie, ...headers } };
      }
  return requests;
}

/** Fields that are part of the path cannot be left out. */
const pathFieldsOf = (route: Route) =>
  Object.fromEntries(Object.entries(route.values(world)).filter(([name]) => route.path.includes(`{${name}}`)));

const visitors = ({ cookie, unproven, newcomerCookie, dead }: World): Record<string, string | undefined> => ({
  nobody: undefined,
  member: cookie,
  unproven,
  newcomer: newcomerCookie,
  "signed out": dead["signed out"],
});

const ways: Record<string, Record<string, string>> = {
  plain: {},
  "htmx, German": { "hx-request": "true", "hx-request-type": "partial", "accept-language": "de" },
};

async function answerTo({ method, path, headers: given, body }: Sent) {
  const headers = Object.fromEntries(
    Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const got = await world.gatehouse.visitor().send(path, { method, headers, ...(body !== undefined && { body }) });
  const answered = [...got.headers]
    .map(([name, value]) => [name, masked(value)])
    .sort()
    .map((pair) => pair.join(": "));
  return { status: got.status, headers: answered, body: masked(got.text) };
}

/** The text with everything that no two runs have in common replaced. */
function masked(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "UUID")
    .replace(/(\/assets\/\w+)\.[0-9a-f]+/g, "$1.HASH")
    .replace(/ada\d+@example/g, "ada@example")
    .replace(/Ada Example \d+/g, "Ada Example")
    .replace(/<time[^>]*>[^<]*/g, "<time>")
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replace(/((session_token|device)=)[^;]+/g, "$1VALUE")
    .replace(/"(id|token)": ?"[\w-]+"/g, '"$1":"ID"')
    .replace(/(?<![\w-])(?=[\w-]*\d)[\w-]{32,64}(?![\w-])/g, "TOKEN")
    .replace(/(token%3D)[\w-]{43}/g, "$1TOKEN")
    .replace(/\b\d{3} ?\d{3}\b/g, "CODE")
    .replace(/before=\d+/g, "before=N")
    .replace(/10\.\d+\.\d+\.\d+/g, "IP")
    .replace(/\d{1,2}:\d\d( [AP]M)? (UTC|Uhr)/g, "TIME")
    .replace(/\b\d{1,2} [A-Z][a-zä]+ \d{4}[^<]*|\d{1,2}\. [A-Z][a-zä]+ \d{4}[^<]*/g, "DATE");
}

async function record(to: string) {
  world = await makeWorld();
  const before = await snapshot(world);
  const recorded: Record<string, unknown> = {};
  for (const route of routes)
    for (const [name, sent] of Object.entries(requestsTo(route))) {
      recorded[`${titleOf(route)} ${name}`] = await answerTo(sent);
      await restore(world, before);
    }
  await world.gatehouse.close();
  writeFileSync(to, `${JSON.stringify(recorded, null, 1)}\n`);
  console.log(`${Object.keys(recorded).length} answers of ${routes.length} routes are in ${to}.`);
}

await record(file);
process.exit(0);

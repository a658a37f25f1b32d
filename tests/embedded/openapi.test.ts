import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Glob } from "bun";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { goldenIn, signedIn, withRole, withTwoFactors, type Ask } from "../support/golden";
import { startGatehouse, type Gatehouse, type Got } from "../support/harness";
import { backendKey, backendOf, firstCursor } from "../support/polls";
import { describedBy, statusesOf, type Answered, type Document } from "../support/openapi";

/** The description of the session API says what is answered, neither less nor more. */

const folder = join(import.meta.dir, "../../clients/contract");
const contract = ["*.json", "forward-auth/*.json", "changes/*.json"].flatMap((pattern) =>
  [...new Glob(pattern).scanSync(folder)].map((file) => file.replace(".json", "")),
);

let gatehouse: Gatehouse;
let document: Document;
beforeAll(async () => {
  gatehouse = await startGatehouse({ GATEHOUSE_BACKEND_KEY: backendKey });
  document = JSON.parse((await gatehouse.visitor().get("/openapi.json")).text);
});
afterAll(() => gatehouse.close());

describe("the description of the session API", () => {
  test("is valid OpenAPI 3.1", async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    expect([valid, errors, validator.version]).toEqual([true, undefined, "3.1"]);
  });

  for (const name of contract)
    test(`describes the answer of the contract: ${name}`, async () => {
      const { request, response } = await goldenIn<{ method: string; path: string }>(folder, name);
      const answered = { ...request, ...response, body: filledIn(response.body) };
      expect(describedBy(document, { ...answered, headers: filledIn(response.headers) })).toEqual([]);
    });
});

describe("the description of the session API", () => {
  test("describes every status that the contract and the edge have, and no other", async () => {
    const answers = await Promise.all(
      contract.map(async (name) => {
        const { request, response } = await goldenIn<{ method: string; path: string }>(folder, name);
        return `${request.method} ${request.path.split("?")[0]} ${response.status}`;
      }),
    );
    const asked = new Set(answers.map((answer) => answer.slice(0, -" 200".length)));
    const ofEdge = [...asked].flatMap((operation) => [400, 413, 421, 500].map((status) => `${operation} ${status}`));
    expect(statusesOf(document)).toEqual([...new Set([...answers, ...ofEdge])].sort());
  });

  test("describes what is really answered", async () => {
    for (const [path, one, two, role] of paths) {
      const ask: Ask = (visitor) => visitor.get(path);
      const got = [
        await signedIn(gatehouse, ask),
        await withTwoFactors(gatehouse, ask),
        await withRole(gatehouse, ask),
        await ask(gatehouse.visitor()),
        await gatehouse.visitor().get(path, { host: "a, b" }),
        await gatehouse.visitor().get(path, { "transfer-encoding": "chunked" }),
        await gatehouse.visitor().get(path, { "content-length": "9999999" }),
      ];
      for (const answer of got) expect(describedBy(document, answeredAs("GET", path, answer))).toEqual([]);
      expect(got.map(({ status }) => status)).toEqual([one, two, role, 401, 421, 400, 413]);
    }
  });
});

describe("the description of the session API", () => {
  const path = "/api/session/changes";
  const described = (answer: Got) => describedBy(document, answeredAs("GET", path, answer));

  test("describes what backends are really told, and tells nobody of it where no backend has a key", async () => {
    const headers = { authorization: `Bearer ${backendKey}` };
    const cursor = await firstCursor(backendOf(gatehouse));
    const got = [
      await gatehouse.visitor().get(path, headers),
      await gatehouse.visitor().get(`${path}?after=${cursor}`, headers),
      await gatehouse.visitor().get(path),
    ];
    expect(got.map(({ status }) => status)).toEqual([200, 200, 401]);
    for (const answer of got) expect(described(answer)).toEqual([]);
    const without = await startGatehouse();
    const { paths, components } = JSON.parse((await without.visitor().get("/openapi.json")).text);
    expect(Object.keys(paths)).toEqual(["/api/session", "/api/forward-auth"]);
    expect(Object.keys(components.securitySchemes)).toEqual(["session"]);
    await without.close();
  });
});

describe("the description of the session API", () => {
  test("would not do for an answer with one more field, or one fewer", async () => {
    const answer = await signedIn(gatehouse, (visitor) => visitor.get("/api/session"));
    const { user, session } = JSON.parse(answer.text);
    const wrong = [
      { user, session, roles: [] },
      { user: { ...user, phone: "1" }, session },
      { user, session: { ...session, token: "t" } },
      { user },
      { user: { ...user, image: undefined }, session },
      { user, session: { ...session, expiresAt: "tomorrow" } },
    ];
    for (const body of wrong) {
      const text = JSON.stringify(body);
      expect([text, describedBy(document, answeredAs("GET", "/api/session", { ...answer, text })).length]).toEqual([
        text,
        1,
      ]);
    }
  });
});

describe("the description of the session API", () => {
  test("names the public address and the cookie as they are here", async () => {
    const settings = { BETTER_AUTH_URL: "https://login.example.com", MAIL: "off" };
    const production = await startGatehouse(settings);
    const described = JSON.parse((await production.visitor().get("/openapi.json", { host: "gatehouse:3000" })).text);
    const visitor = production.visitor();
    await visitor.join();
    expect(described.servers).toEqual([{ url: "https://login.example.com" }]);
    expect([...visitor.cookies.keys()]).toContain(described.components.securitySchemes.session.name);
    expect(described.security).toEqual([{ session: [] }]);
    await production.close();
  });

  test("has the rules in words: deadline, redirects, and writes of other sites", () => {
    for (const rule of ["Deadline", "Redirects", "CSRF"]) expect(document.info.description).toContain(rule);
  });

  test("is the same for everybody, kept by caches, and not sent again to whoever has it", async () => {
    const visitor = gatehouse.visitor();
    await visitor.join();
    const [mine, strangers] = [await visitor.get("/openapi.json"), await gatehouse.visitor().get("/openapi.json")];
    expect(mine.text).toBe(strangers.text);
    expect(mine.headers.getSetCookie()).toEqual([]);
    expect(mine.headers.get("cache-control")).toBe("public, max-age=300");
    const etag = mine.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
      const again = await visitor.get("/openapi.json", { "if-none-match": known });
      expect([again.status, again.text, again.headers.get("etag")]).toEqual([304, "", etag]);
    }
    expect((await visitor.get("/openapi.json", { "if-none-match": '"other"' })).status).toBe(200);
  });
});

function answeredAs(method: string, path: string, { status, headers, text }: Got): Answered {
  return { method, path, status, headers: Object.fromEntries(headers), body: text === "" ? null : JSON.parse(text) };
}

/** What is asked, and the status for whoever proved one factor, and two, and for an admin who proved one. */
const paths: [path: string, one: number, two: number, admin: number][] = [
  ["/api/session", 200, 200, 200],
  ["/api/forward-auth?factors=2", 403, 204, 403],
  ["/api/forward-auth?role=admin", 403, 403, 204],
];

/** The answer of a golden file, with a value for each placeholder. */
const filledIn = <Value>(value: Value): Value =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll('"x-user-email-verified":"<boolean>"', '"x-user-email-verified":"true"')
      .replaceAll('"<boolean>"', "true")
      .replaceAll("<time>", "2026-11-20T21:53:38.277Z")
      .replaceAll(/<(id|email|name|cursor)>/g, "$1"),
  );

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { grow } from "../support/passwordless";
import { newPerson, startGatehouse, type Gatehouse, type Visitor } from "../support/harness";
import { add } from "../support/passkeys";

/** Whom is told what: a session's token its browser alone, the log each reach for what is not one's own. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse({}, undefined, [passkeys]);
});
afterAll(() => gatehouse.close());

const tokenOf = ({ cookies }: Visitor) =>
  decodeURIComponent(cookies.get("better-auth.session_token") ?? "").split(".")[0] ?? "";

describe("the token of a session", () => {
  test("is in no answer of Better Auth's API: the same text stands in its place", async () => {
    const [visitor, person] = [gatehouse.visitor(), newPerson()];
    const json = { "content-type": "application/json", origin: gatehouse.origin };
    const post = (path: string, body: object) =>
      visitor.send(`/api/auth${path}`, { method: "POST", headers: json, body: JSON.stringify(body) });
    await post("/sign-up/email", person);
    const signedIn = await post("/sign-in/email", person);
    const token = tokenOf(visitor);
    expect(token).toHaveLength(32);
    const shown: string[] = [JSON.parse(signedIn.text).token];
    const asked = [signedIn.text];
    // By Better Auth itself, by the check, and from memory.
    for (const path of ["/get-session?disableRefresh=true", "/get-session", "/get-session"]) {
      const { text } = await visitor.get(`/api/auth${path}`);
      asked.push(text);
      shown.push(JSON.parse(text).session.token);
    }
    expect(asked.filter((text) => text.includes(token))).toEqual([]);
    expect(new Set(shown).size).toBe(1);
    expect(shown[0]).toMatch(/^[\w-]{43}$/);
  });

  test("is not opened by what stands in its place", async () => {
    const visitor = gatehouse.visitor();
    await visitor.join();
    const { session } = JSON.parse((await visitor.get("/api/auth/get-session")).text);
    const [name, value = ""] = [...visitor.cookies].find(([key]) => key.endsWith("session_token")) ?? [""];
    const [, signature] = value.split(".");
    const stranger = gatehouse.visitor();
    const authorization = { authorization: `Bearer ${session.token}` };
    expect((await stranger.get("/api/session", authorization)).status).toBe(401);
    expect((await stranger.get("/api/session", { cookie: `${name}=${session.token}.${signature}` })).status).toBe(401);
  });
});

/** The lines of refused access that somebody causes. */
async function linesOf(act: () => Promise<unknown>) {
  gatehouse.log.length = 0;
  await act();
  return gatehouse.log.map((line) => JSON.parse(line)).filter(({ event }) => event === "access.refused");
}

const idOf = async (visitor: Visitor) => JSON.parse((await visitor.get("/api/session")).text);

describe("a reach for what is not one's own is a line of the log", () => {
  test("somebody else's session, and one that is nobody's", async () => {
    const [visitor, other] = [gatehouse.visitor(), gatehouse.visitor()];
    await Promise.all([visitor.join(), other.join()]);
    const [own, foreign] = [await idOf(visitor), await idOf(other)];
    for (const id of [foreign.session.id, "nobodys", "with a \0"]) {
      const lines = await linesOf(() => visitor.post("/account/sessions", { id }));
      expect(lines).toEqual([
        expect.objectContaining({ level: "warn", user: own.user.id, why: "not_own", path: "/account/sessions" }),
      ]);
      expect(lines[0].request).toHaveLength(36);
    }
    expect(await linesOf(() => visitor.post("/account/sessions", { id: own.session.id }))).toEqual([]);
  });

  test("somebody else's passkey, seen or changed", async () => {
    const [visitor, other] = [gatehouse.visitor(), gatehouse.visitor()];
    await Promise.all([visitor.join(), other.join()]);
    await add(other);
    const [{ id } = { id: "" }] = await gatehouse.rows<{ id: string }>("select id from gatehouse.passkey");
    const path = `/account/security/passkeys/${id}`;
    const { user } = await idOf(visitor);
    for (const act of [() => visitor.get(path), () => visitor.post(path, { name: "Mine now" })])
      expect(await linesOf(act)).toEqual([expect.objectContaining({ user: user.id, why: "not_own", path })]);
    expect(await linesOf(() => other.get(path))).toEqual([]);
  });

  test("and what needs a fresh proof, without one", async () => {
    const visitor = gatehouse.visitor();
    await visitor.join();
    const { user } = await idOf(visitor);
    await grow(gatehouse);
    const options = "/account/security/passkeys/options";
    for (const path of ["/account/delete", "/account/email", options])
      expect(await linesOf(() => visitor.post(path, { email: "elsewhere@example.org" }))).toEqual([
        expect.objectContaining({ user: user.id, why: "no_proof", path }),
      ]);
  });
});

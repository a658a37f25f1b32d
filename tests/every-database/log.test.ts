import { expect, test } from "bun:test";
import { createLog } from "../../src/process/log";
import { newPerson, startGatehouse, type Gatehouse, type Person, type Visitor } from "../support/harness";

test("the log is one line of JSON per event, whatever people type", async () => {
  const gatehouse = await startGatehouse();
  const visitor = gatehouse.visitor();
  await visitor.post("/sign-in", { email: "a\nb\u001b[31m", password: "x" }, { "user-agent": "evil\u001b[2J" });
  await visitor.get(`/%0a%0d{"event":"forged"}`);
  expect(gatehouse.log.length).toBeGreaterThan(1);
  for (const line of gatehouse.log) {
    expect(line).not.toMatch(/[\n\r\u001b]/);
    expect(Object.keys(JSON.parse(line)).slice(0, 3)).toEqual(["time", "level", "event"]);
  }
  await gatehouse.close();
});

test("LOG_LEVEL says the least that is logged", async () => {
  const lines: Record<string, string[]> = {};
  for (const LOG_LEVEL of ["debug", "info", "warn", "error"]) {
    const gatehouse = await startGatehouse({ LOG_LEVEL });
    await gatehouse.visitor().get("/sign-in?return_to=https://elsewhere.example"); // a warning, and a request
    lines[LOG_LEVEL] = gatehouse.log.map((line) => JSON.parse(line).level);
    await gatehouse.close();
  }
  expect(lines).toEqual({ debug: ["warn", "info"], info: ["warn", "info"], warn: ["warn"], error: [] });
});

const tokenOf = (visitor: Visitor) =>
  decodeURIComponent(visitor.cookies.get("better-auth.session_token") ?? "").split(".")[0] ?? "";

const consoles = ["log", "info", "warn", "error", "debug"] as const;

/** Asks for a page, a session, a change and a sign-in while the database is in the way. */
async function meetFailures(gatehouse: Gatehouse, visitor: Visitor, person: Person) {
  await visitor.get("/account");
  await visitor.get("/api/session");
  await visitor.get("/api/auth/get-session");
  await visitor.post("/account/profile", { name: "New Name" });
  await gatehouse.visitor().signUp(newPerson());
  await gatehouse.visitor().signUp(person);
  await gatehouse.visitor().signIn(person);
  await visitor.post("/sign-out", {});
}

test("the log never holds a password, token, cookie, hash or address book, also while the database fails", async () => {
  const printed: string[] = [];
  const originals = consoles.map((name) => console[name]);
  for (const name of consoles)
    console[name] = (...facts: unknown[]) => void printed.push(facts.map((fact) => Bun.inspect(fact)).join(" "));
  try {
    const gatehouse = await startGatehouse();
    const visitor = gatehouse.visitor();
    const person = newPerson();
    await visitor.join(person);
    const [account] = await gatehouse.rows<{ password: string }>("select password from account");
    const token = tokenOf(visitor);
    await gatehouse.visitor().signIn({ ...person, password: "a wrong password" });
    await visitor.get(`/reset-password?token=${token}`);

    await gatehouse.rows(`alter table account add constraint never check (id is null) not valid`);
    await meetFailures(gatehouse, visitor, person);
    await gatehouse.rows(`alter table session rename to session_away`);
    await meetFailures(gatehouse, visitor, person);
    await gatehouse.takeAway();
    await meetFailures(gatehouse, visitor, person);

    expect(printed).toEqual([]);
    const all = gatehouse.log.join("\n");
    for (const problem of ["unavailable", "broken"])
      expect(all).toContain(`"event":"request.failed","problem":"${problem}"`);
    expect(token).toHaveLength(32);
    const typed = [person.password, "a wrong password", person.email];
    const kept = [token, account?.password ?? "missing", "$argon2id", "insert into"];
    for (const secret of [...typed, ...kept]) expect(all).not.toContain(secret);
  } finally {
    consoles.forEach((name, i) => (console[name] = originals[i] as typeof console.log));
  }
});

test("the log drops facts named like secrets and cuts long ones", () => {
  const lines: string[] = [];
  const error = Object.assign(new Error("insert into account values ('hash')"), { code: "23505", params: ["hash"] });
  createLog((line) => lines.push(line))("warn", "probe", {
    password: "p",
    sessionToken: "t",
    Cookie: "c",
    long: "x".repeat(9000),
    error,
    nested: { authorization: "b", kept: 1 },
  });
  const event = JSON.parse(lines[0] ?? "");
  expect(Object.keys(event)).toEqual(["time", "level", "event", "long", "error", "nested"]);
  expect(event.long).toHaveLength(501);
  expect(event.nested).toEqual({ kept: 1 });
  expect(event.error.code).toBe("23505");
  expect(lines[0]).not.toContain("insert into");
});

import { expect, test } from "bun:test";
import { passkeys } from "../../src/capabilities/passkeys/index";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { addressInLog } from "../../src/http/client-key";
import { createLog } from "../../src/process/log";
import { newFactorOwner } from "../support/authenticator-app";
import { newPerson, startGatehouse, Visitor, type Gatehouse } from "../support/harness";

/** What the log says of a request, and of a try to sign in that was refused. */

const linesOf = ({ log }: Gatehouse, event: string) =>
  log.map((line) => JSON.parse(line)).filter((line) => line.event === event);

test("a request's lines have its client's address, shortened or left out as the setting says", async () => {
  for (const [GATEHOUSE_LOG_ADDRESS, expected] of [
    ["full", ["203.0.113.77", "2001:db8:1:2::3"]],
    ["network", ["203.0.113.0/24", "2001:db8:1::/48"]],
    ["none", [undefined, undefined]],
  ] as const) {
    const gatehouse = await startGatehouse({ GATEHOUSE_LOG_ADDRESS });
    for (const peer of ["203.0.113.77", "2001:db8:1:2::3"])
      await new Visitor(gatehouse.edge, gatehouse.origin, peer).get("/sign-in?return_to=https://elsewhere.example");
    for (const event of ["request", "return_to.refused"])
      expect(linesOf(gatehouse, event).map(({ client }) => client)).toEqual([...expected]);
    await gatehouse.close();
  }
  expect(addressInLog("", "full")).toBeUndefined(); // a request that nobody sent
});

test("a body that comes too slowly is its sender's affair: no error, and no doubt about the database", async () => {
  const gatehouse = await startGatehouse();
  const { origin, edge } = gatehouse;
  let doubts = 0;
  gatehouse.health.suspectDatabase = () => void doubts++;
  const headers = { host: new URL(origin).host, origin, "content-type": "application/x-www-form-urlencoded" };
  const body = new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode("email=")) });
  const { status } = await edge(new Request(`${origin}/sign-in`, { method: "POST", headers, body }), "203.0.113.77");
  expect(status).toBe(408);
  expect(gatehouse.log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  expect(doubts).toBe(0);
  await gatehouse.close();
});

test("a request's trace stands in its lines, when it is well-formed", async () => {
  const gatehouse = await startGatehouse();
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const given = [
    `00-${trace}-00f067aa0ba902b7-01`,
    `01-${trace}-00f067aa0ba902b7-01-more`,
    `ff-${trace}-00f067aa0ba902b7-01`,
    `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
    `00-${trace}-${"0".repeat(16)}-01`,
    `00-${trace.toUpperCase()}-00f067aa0ba902b7-01`,
    "a forged one",
  ];
  for (const traceparent of given) await gatehouse.visitor().get("/nowhere", { traceparent });
  const none = Array(5).fill(undefined);
  expect(linesOf(gatehouse, "request").map((line) => line.trace)).toEqual([trace, trace, ...none]);
  await gatehouse.close();
});

test("a refused sign-in is a line with its reason and a keyed hash of the account", async () => {
  const gatehouse = await startGatehouse();
  const person = await gatehouse.visitor().join();
  const nobody = newPerson();
  const wrong = await gatehouse.visitor().signIn({ ...person, password: "a wrong password" });
  const unknown = await gatehouse.visitor().signIn(nobody);
  expect(unknown.text.replaceAll(nobody.email, "")).toBe(wrong.text.replaceAll(person.email, ""));
  for (let tries = 0; tries < 5; tries++) await gatehouse.visitor().signIn({ ...person, password: "a wrong password" });
  const lines = linesOf(gatehouse, "sign_in.refused");
  expect(lines.map(({ reason }) => reason)).toEqual([
    ...["wrong_password", "unknown_account"],
    ...["wrong_password", "wrong_password", "wrong_password", "wrong_password", "throttled"],
  ]);
  expect(lines[0]).toMatchObject({ level: "warn", way: "password", client: expect.stringMatching(/^127\./) });
  const accounts = lines.map(({ account }) => account);
  expect(new Set(accounts).size).toBe(2);
  expect(accounts[1]).not.toBe(accounts[0]);
  expect(accounts[0]).toMatch(/^[\w-]{22}$/);
  expect(linesOf(gatehouse, "auth.library")).toEqual([]);
  for (const { email } of [person, nobody]) expect(gatehouse.log.join("\n")).not.toContain(email);
  await gatehouse.close();
});

test("the account's hash is another one under another secret: nobody without it can try addresses", async () => {
  const accountUnder = async (BETTER_AUTH_SECRET?: string) => {
    const gatehouse = await startGatehouse(BETTER_AUTH_SECRET ? { BETTER_AUTH_SECRET } : {});
    await gatehouse.visitor().signIn({ email: "ada@example.org", password: "a wrong password" });
    const [line] = linesOf(gatehouse, "sign_in.refused");
    await gatehouse.close();
    return line.account;
  };
  expect(await accountUnder()).toBe(await accountUnder());
  expect(await accountUnder()).not.toBe(await accountUnder("another-secret-that-only-the-tests-know-98765"));
});

test("a wrong second factor, a wrong passkey and a wrong password at a change are refused sign-ins too", async () => {
  const gatehouse = await startGatehouse({}, undefined, [twoFactor, passkeys]);
  const { person, visitor } = await newFactorOwner(gatehouse);
  const stranger = gatehouse.visitor();
  await stranger.signIn(person);
  for (let tries = 0; tries < 6; tries++) await stranger.post("/second-step", { code: "000000" });
  await gatehouse.visitor().post("/sign-in/passkey", { passkey: "no passkey" });
  const fields = { current: "a wrong password", password: "another fine passphrase 42" };
  await visitor.post("/account/password", fields);
  const lines = linesOf(gatehouse, "sign_in.refused");
  const told = new Set(lines.map(({ way, reason }) => `${way} ${reason}`));
  expect([...told].sort()).toEqual([
    "passkey passkey_wrong",
    "password wrong_password",
    "second_factor second_factor_wrong",
    "second_factor throttled",
  ]);
  const accounts = lines.filter(({ way }) => way !== "passkey").map(({ account }) => account);
  expect(new Set(accounts).size).toBe(1);
  expect(lines.find(({ way }) => way === "passkey").account).toBeUndefined();
  await gatehouse.close();
});

test("for people a line is text, and whatever is told stays one line", () => {
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line), "info", "text");
  log("warn", "probe", { status: 404, path: "/a b\n2026 error forged", client: "2001:db8::1", password: "p" });
  expect(lines.map((line) => line.replace(/^\S+/, "TIME"))).toEqual([
    'TIME warn  probe status=404 path="/a b\\n2026 error forged" client=2001:db8::1',
  ]);
});

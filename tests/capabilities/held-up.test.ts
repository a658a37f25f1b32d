import { afterAll, beforeAll, expect, test } from "bun:test";
import { capabilities } from "../../src/capabilities/index";
import { heldUp, letGo } from "../../src/capabilities/administration/held-up";
import { moreTries } from "../../src/guard/room";
import { newPerson, startGatehouse, Visitor, type Gatehouse } from "../support/harness";

let gatehouse: Gatehouse;
beforeAll(async () => {
  const settings = {
    GATEHOUSE_SIGN_UPS_PER_NETWORK: "1",
    GATEHOUSE_WIDE_NETWORKS: "10.1.0.0/16, 2001:db8:1::/48",
    GATEHOUSE_WIDE_FACTOR: "2",
  };
  gatehouse = await startGatehouse(settings, undefined, capabilities);
});
afterAll(() => gatehouse.close());

const at = (address: string) => new Visitor(gatehouse.edge, gatehouse.origin, address);
const begin = async (address: string) => {
  const { name, email } = newPerson();
  return (await at(address).post("/sign-up/passkey", { name, email })).status;
};
const begun = async (address: string, count: number) => {
  const statuses = [];
  for (let i = 0; i < count; i++) statuses.push(await begin(address));
  return statuses;
};

test("accounts are made from one address as often as the operator says, and oftener from a wide network", async () => {
  expect(await begun("10.2.0.1", 2)).toEqual([303, 429]);
  expect(await begun("10.1.0.1", 3)).toEqual([303, 303, 429]);
  expect(await begun("2001:db8:1::1", 3)).toEqual([303, 303, 429]);
});

test("only what is counted by address has more room, and all of it", () => {
  const more = moreTries({ perNetwork: 100, factor: 10 }, (ip) => ip === "10.1.0.1");
  const limits = (ip?: string) =>
    (["password", "client", "network", "signUp", "signUpNetwork"] as const).map((kind) => more({ kind, key: "", ip }));
  expect(limits()).toEqual([0, 0, 0, 0, 0]);
  expect(limits("10.2.0.1")).toEqual([0, 0, 0, 60, 300]);
  expect(limits("10.1.0.1").slice(1)).toEqual([180, 1800, 960, 4800]);
});

test("nobody is held up for longer than any wait, whatever a clock wrote that was set back since", async () => {
  const { email, password } = await gatehouse.visitor().join();
  const guess = (typed: string) => gatehouse.visitor().post("/sign-in", { email, password: typed });
  for (let i = 0; i < 6; i++) await guess("not the password");
  for (const time of ["now() + interval '31 minutes'", "now() + interval '80 years'", "'infinity'"]) {
    await gatehouse.rows(
      `update gatehouse.throttle set open_at = ${time} where open_at > now() + interval '31 seconds'`,
    );
    const { facts } = await heldUp(gatehouse.given, `--of=${email}`);
    expect([time, ...(facts.heldUp as { limits: string[] }[]).flatMap(({ limits }) => limits)]).not.toContain(
      "password",
    );
  }
  expect((await guess(password)).status).toBe(303);
});

test("an operator sees which account is held up, and lets it go", async () => {
  const person = newPerson();
  await gatehouse.visitor().join(person);
  const guess = (password: string) => gatehouse.visitor().post("/sign-in", { email: person.email, password });
  for (let i = 0; i < 6; i++) await guess("not the password");
  expect((await guess(person.password)).status).toBe(429);
  const newcomer = newPerson();
  await gatehouse.visitor().signUp(newcomer);
  const { said, facts } = await heldUp(gatehouse.given);
  expect([said.includes(person.email), said.includes(newcomer.email)]).toEqual([true, false]);
  expect(facts.heldUp).toContainEqual({ who: person.email, limits: ["password", "mail"], seconds: expect.any(Number) });
  expect((await heldUp(gatehouse.given, `--of=${person.email}`)).facts.heldUp).toHaveLength(1);
  await letGo(gatehouse.given, person.email.toUpperCase(), "--reason=They rang");
  expect((await heldUp(gatehouse.given, `--of=${person.email}`)).facts.heldUp).toEqual([]);
  expect((await guess(person.password)).status).toBe(303);
  const [event] = await gatehouse.rows(
    `select actor, reason, user_id is not null as known from gatehouse.event where kind = 'let_go'`,
  );
  expect(event).toEqual({ actor: "operator", reason: "They rang", known: true });
});

test("an operator lets an account go in a browser that it knows, which is counted on its own", async () => {
  const visitor = gatehouse.visitor();
  const { email, password } = await visitor.join();
  const guess = (typed: string) => visitor.post("/sign-in", { email, password: typed });
  for (let i = 0; i < 6; i++) await guess("not the password");
  expect((await guess(password)).status).toBe(429);
  await letGo(gatehouse.given, email);
  expect((await guess(password)).status).toBe(303);
});

test("an operator sees which provider's block is held up, and lets it go", async () => {
  const from = (network: number) => `2001:db8:7:${network}::1`;
  for (const network of [1, 2, 3, 4, 5]) expect(await begin(from(network))).toBe(303);
  expect(await begin(from(6))).toBe(429);
  expect((await heldUp(gatehouse.given)).facts.heldUp).toContainEqual({
    ...{ who: "2001:db8:7::/48", limits: ["signUpNetwork"], seconds: expect.any(Number) },
  });
  const named = async (whom: string) => (await heldUp(gatehouse.given, `--of=${whom}`)).facts.heldUp;
  for (const whom of [from(6), "2001:DB8:7:6:0::2", "2001:db8:7::/48"])
    expect(await named(whom)).toContainEqual(expect.objectContaining({ who: "2001:db8:7::/48" }));
  await expect(named("2001:db8:7::/32")).rejects.toThrow("an IP address");
  await letGo(gatehouse.given, "2001:db8:7::/48");
  expect(await named("2001:db8:7::/48")).toEqual([]);
  await letGo(gatehouse.given, from(6));
  expect(await begin(from(6))).toBe(303);
});

test("an operator sees which network is held up, and lets it go", async () => {
  await begun("10.3.0.1", 2);
  expect((await heldUp(gatehouse.given)).facts.heldUp).toContainEqual({
    ...{ who: "10.3.0.1", limits: ["signUp"], seconds: expect.any(Number) },
  });
  await letGo(gatehouse.given, "::ffff:10.3.0.1"); // as a log of IPv6 sockets has it
  expect(await begin("10.3.0.1")).toBe(303);
  const nothing = { said: "Nothing was counted against them.", facts: { counts: 0 } };
  expect(await letGo(gatehouse.given, "10.9.9.9")).toEqual(nothing);
  await expect(letGo(gatehouse.given, "somebody")).rejects.toThrow("an IP address");
});

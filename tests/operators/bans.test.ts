import { expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startGatehouse, Visitor, type Gatehouse } from "../support/harness";
import { newFolder } from "../support/program";

/** The recipes for programs that shut guessers out, held against lines of the real log. */

const examples = join(import.meta.dir, "../../examples");

/** Guesses from two addresses, a right sign-in from a third, and somebody who would like to have another one banned. */
async function aBadDay(gatehouse: Gatehouse) {
  const from = (address: string) => new Visitor(gatehouse.edge, gatehouse.origin, address);
  const person = await from("198.51.100.1").join();
  await from("203.0.113.7").signIn({ ...person, password: "a wrong password" });
  await from("2001:db8::7").signIn({ email: "nobody@example.org", password: "a wrong password" });
  const forged =
    ',"level":"warn","event":"sign_in.refused","request":"12345678","client":"198.51.100.1","way":"password"';
  const forger = from("192.0.2.66");
  await forger.get(`/${forged},"reason":"wrong_password"`, { "x-request-id": '12345678","client":"198.51.100.1' });
  await forger.signIn({ email: `"${forged}"@example.org`, password: forged });
}

test("fail2ban's filter finds the addresses of refused sign-ins, and none that somebody wrote", async () => {
  const gatehouse = await startGatehouse();
  await aBadDay(gatehouse);
  const folder = newFolder();
  const file = join(folder, "gatehouse.log");
  const inJournal = gatehouse.log.map((line) => `host gatehouse[4711]: ${line}`);
  writeFileSync(file, [...gatehouse.log, ...inJournal].join("\n"));
  const filter = join(examples, "fail2ban/filter.d/gatehouse.conf");
  const child = Bun.spawn(["fail2ban-regex", "--out", "ip", file, filter], { stdout: "pipe", stderr: "pipe" });
  const found = (await new Response(child.stdout).text()).trim().split("\n");
  expect(found).toEqual(["203.0.113.7", "2001:db8::7", "203.0.113.7", "2001:db8::7"]);
  await gatehouse.close();
  rmSync(folder, { recursive: true });
});

/** What the test reads of a recipe. */
interface Recipe {
  statics?: unknown;
  filter?: string;
}

test("CrowdSec's recipe reads facts that lines of the log have", async () => {
  const gatehouse = await startGatehouse();
  await aBadDay(gatehouse);
  const refusals = gatehouse.log.map((line) => JSON.parse(line)).filter(({ event }) => event === "sign_in.refused");
  const read = async (name: string) =>
    [Bun.YAML.parse(await Bun.file(join(examples, "crowdsec", name)).text())].flat() as Recipe[]; // checked below
  const [parser] = await read("parsers/s01-parse/gatehouse.yaml");
  const facts = [...JSON.stringify(parser?.statics).matchAll(/JsonExtract\(evt\.Parsed\.message, \\"(\w+)\\"/g)];
  expect(facts.length).toBeGreaterThan(3);
  for (const refusal of refusals) for (const [, fact = ""] of facts) expect(Object.keys(refusal)).toContain(fact);
  const scenarios = await read("scenarios/gatehouse.yaml");
  expect(scenarios).toHaveLength(2);
  for (const { filter } of scenarios) expect(filter).toContain('evt.Meta.log_type == "sign_in.refused"');
  expect(await read("acquis.d/gatehouse.yaml")).toMatchObject([{ labels: { type: "gatehouse" } }]);
  await gatehouse.close();
});

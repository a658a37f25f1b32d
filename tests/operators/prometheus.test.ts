import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { families } from "../../src/process/metrics";
import { setUpFactor } from "../support/authenticator-app";
import { Visitor } from "../support/harness";
import { backendKey } from "../support/polls";
import { startPostgres, type PostgresServer } from "../support/postgres/server";
import { freePort, newFolder, startProgram, type Program } from "../support/program";
import { promtool, startPrometheus, type Prometheus } from "../support/prometheus";
import { manyClients, newMember, send } from "../support/traffic";
import { until } from "../support/until";

/** A real Prometheus reads the metrics of two workers; the dashboard and the rules are made for what it finds. */

const examples = join(import.meta.dir, "../../examples");
const rules = join(examples, "prometheus/alerts.yml");
const port = freePort();
const settings = {
  ...{ ...manyClients, GATEHOUSE_WORKERS: "2", GATEHOUSE_METRICS_PORT: String(port) },
  GATEHOUSE_BACKEND_KEY: backendKey,
  // Nobody is there: each try to send a webhook fails, and is counted.
  GATEHOUSE_WEBHOOK_URL: `http://127.0.0.1:${freePort()}/`,
  GATEHOUSE_WEBHOOK_SECRET: `whsec_${Buffer.from("only the tests know this secret!").toString("base64")}`,
};
let postgres: PostgresServer;
let program: Program;
let prometheus: Prometheus;
beforeAll(async () => {
  postgres = await startPostgres();
  const database = await postgres.createDatabase();
  program = await startProgram({ ...settings, DATABASE_URL: postgres.url(database) });
  prometheus = await startPrometheus({ target: `127.0.0.1:${port}`, rules });
  await aDay(program, (email) =>
    postgres.query(database, `update "user" set email_verified = true where email = '${email}'`),
  );
});
afterAll(async () => {
  await Promise.all([prometheus.remove(), program.remove()]);
  await postgres.remove();
});

/** Somebody for each thing that is counted. */
async function aDay({ origin }: Program, confirm: (email: string) => unknown) {
  const { person, cookie } = await newMember({ origin });
  for (let check = 0; check < 20; check++) await send({ origin }, "GET /api/session", { cookie });
  await fetch(`${origin}/api/session/changes`, { headers: { authorization: `Bearer ${backendKey}` } });
  for (let tries = 0; tries < 6; tries++)
    await send({ origin }, "POST /sign-in", { fields: { email: person.email, password: "a wrong password" } });
  const visitor = new Visitor((request) => fetch(new Request(request, { redirect: "manual" })), origin, "");
  const owner = await visitor.join();
  await confirm(owner.email);
  await setUpFactor(visitor);
  await visitor.post("/account/security/second-factor", { act: "off", code: "000000" });
}

const scraped = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();

/** The sum of a counter's series. */
const total = (text: string, name: string) =>
  [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, "gm"))].reduce(
    (sum, [, value]) => sum + Number(value),
    0,
  );

test("promtool finds nothing wrong with the metrics, the rules and the place to ask", async () => {
  expect(await promtool(["check", "metrics"], await scraped())).toEqual({ code: 0, said: "" });
  expect((await promtool(["check", "rules", rules])).code).toBe(0);
  expect((await promtool(["check", "config", join(examples, "prometheus/prometheus.yml")])).code).toBe(0);
});

interface Panel {
  title: string;
  targets?: { expr: string }[];
}

test("each query of the dashboard and of the rules asks for what is there, and is answered", async () => {
  const { panels } = JSON.parse(readFileSync(join(examples, "grafana/dashboard.json"), "utf8")) as { panels: Panel[] };
  const queries = panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({
      title,
      query: expr.replaceAll("$__rate_interval", "1m").replaceAll("$instance", ".*"),
    })),
  );
  expect(queries.length).toBeGreaterThan(20);
  const answers = async (query: string) => {
    const { result } = (await prometheus.ask("query", { query })) as { result: unknown[] };
    return result.length > 0;
  };
  let unanswered = queries;
  await until(
    "every query has an answer",
    async () => {
      const left = await Promise.all(unanswered.map(async (one) => ((await answers(one.query)) ? [] : [one])));
      unanswered = left.flat();
      return unanswered.length === 0;
    },
    { every: 500, longest: 30_000 },
  ).catch(() => expect(unanswered).toEqual([]));
  const asked = queries.map(({ query }) => query).join() + readFileSync(rules, "utf8");
  const names = new Set(
    [...asked.matchAll(/\b((?:gatehouse|process)_\w+?)(?:_bucket|_count)?\b/g)].map(([, name]) => name),
  );
  expect([...names].filter((name) => name && !Object.hasOwn(families, name))).toEqual([]);
  expect(Object.keys(families).filter((name) => !names.has(name))).toEqual([]);
});

test("Prometheus can work out every rule, and none warns of a quiet day", async () => {
  type Rule = { name: string; health: string; state: string };
  const read = async () => {
    const { groups } = (await prometheus.ask("rules")) as { groups: { rules: Rule[] }[] };
    return groups.flatMap((group) => group.rules);
  };
  await until("every rule was worked out", async () => (await read()).every(({ health }) => health !== "unknown"));
  const all = await read();
  expect(all.length).toBeGreaterThan(5);
  expect(all.filter(({ health, state }) => health !== "ok" || state === "firing")).toEqual([]);
});

test("who takes no webhook is warned of, and not who takes some", async () => {
  const series = (outcome: string) => `gatehouse_webhooks_total{job="gatehouse",outcome="${outcome}"}`;
  const failing = { series: series("failed"), values: "0+1x120" };
  const rule = { name: "GatehouseWebhooksFail", labels: { job: "gatehouse" } };
  await expectWarns(rule, [failing], { "20m": false, "60m": true });
  await expectWarns(rule, [failing, { series: series("sent"), values: "0+1x120" }], { "60m": false });
});

test("guesses are warned of, also where nobody has signed in yet, and slips among sign-ins are not", async () => {
  const series = (outcome: string) => `gatehouse_sign_ins_total{instance="one",outcome="${outcome}"}`;
  const guesses = { series: series("refused"), values: "0+120x120" };
  const rule = { name: "GatehouseIsGuessedAt", labels: { instance: "one" } };
  await expectWarns(rule, [guesses], { "5m": false, "40m": true });
  await expectWarns(rule, [guesses, { series: series("done"), values: "0+20x120" }], { "40m": true });
  await expectWarns(rule, [guesses, { series: series("done"), values: "0+30x120" }], { "40m": false });
});

interface Series {
  series: string;
  values: string;
}

/** Has promtool work a rule out on series of one value a minute: whether it warns, at each of these times. */
async function expectWarns(
  { name, labels }: { name: string; labels: Record<string, string> },
  input_series: readonly Series[],
  warns: Record<string, boolean>,
) {
  const folder = newFolder();
  const summaries = new RegExp(`(?<=alert: ${name}\n[^]*?summary: ).*`);
  writeFileSync(join(folder, "rules.yml"), readFileSync(rules, "utf8").replace(summaries, "…"));
  const warned = { exp_labels: { severity: "ticket", ...labels }, exp_annotations: { summary: "…" } };
  const alert_rule_test = Object.entries(warns).map(([eval_time, isWarned]) => ({
    ...{ eval_time, alertname: name },
    exp_alerts: isWarned ? [warned] : [],
  }));
  const tests = [{ interval: "1m", input_series, alert_rule_test }];
  const file = join(folder, "test.json"); // JSON is YAML
  writeFileSync(file, JSON.stringify({ rule_files: ["rules.yml"], evaluation_interval: "1m", tests }));
  expect(await promtool(["test", "rules", file])).toMatchObject({ code: 0 });
  rmSync(folder, { recursive: true });
}

async function workers(): Promise<number[]> {
  const listing = await new Response(Bun.spawn(["ps", "-o", "pid=", "--ppid", `${program.process.pid}`]).stdout).text();
  return listing.trim().split(/\s+/).map(Number);
}

test("the metrics are those of all workers; one that hangs keeps nobody, one that ends keeps its counts", async () => {
  const before = await scraped();
  expect(total(before, "gatehouse_workers")).toBe(2);
  expect(total(before, "gatehouse_build_info")).toBe(1);
  const [first = 0, second = 0] = await workers();
  process.kill(first, "SIGSTOP");
  const meanwhile = await scraped();
  for (const worker of [first, second]) process.kill(worker, "SIGKILL"); // one of them has answered nobody, by chance
  await until("the ends are counted", async () => total(await scraped(), "gatehouse_workers_ended_total") === 2);
  const after = await scraped();
  for (const later of [meanwhile, after])
    expect(total(later, "gatehouse_sign_ins_total")).toBe(total(before, "gatehouse_sign_ins_total"));
  expect(total(after, "gatehouse_sign_ins_total")).toBeGreaterThan(7);
  await until("another worker is counted", async () => total(await scraped(), "gatehouse_workers") === 2);
});

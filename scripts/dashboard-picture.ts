import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newPerson } from "../tests/support/harness";
import { startMailServer } from "../tests/support/mail-server";
import { startPostgres } from "../tests/support/postgres/server";
import { freePort, startProgram, type Program } from "../tests/support/program";
import { startPrometheus } from "../tests/support/prometheus";
import { manyClients, newMember, send, signIn, signUp } from "../tests/support/traffic";
import { startReceiver, webhookSecret } from "../tests/support/webhook-receiver";
import { drawPanels, type Line, type Panel } from "./pictures/panels";

/**
 * `bun scripts/dashboard-picture.ts`: draws the panels of `examples/grafana/dashboard.json` as
 * `docs/pictures/dashboard.svg`, from what a real Prometheus answers to their queries while people use a real program
 * for four minutes. Grafana itself is not asked: it draws the same lines with a look of its own.
 */

const root = join(import.meta.dir, "..");
const minutes = 4;
const stepSeconds = 2;
const port = freePort();
const [postgres, mailServer, receiver] = [await startPostgres(), await startMailServer(), startReceiver()];
const program = await startProgram({
  ...manyClients,
  DATABASE_URL: postgres.url(await postgres.createDatabase()),
  GATEHOUSE_WORKERS: "2",
  GATEHOUSE_METRICS_PORT: String(port),
  SMTP_URL: mailServer.url,
  GATEHOUSE_WEBHOOK_URL: receiver.url,
  GATEHOUSE_WEBHOOK_SECRET: webhookSecret("a"),
});
const rules = join(root, "examples/prometheus/alerts.yml");
const prometheus = await startPrometheus({ target: `127.0.0.1:${port}`, rules });
try {
  await peopleUse(program);
  const dashboard = JSON.parse(readFileSync(join(root, "examples/grafana/dashboard.json"), "utf8")) as Dashboard;
  const drawn = await Promise.all(dashboard.panels.map(async (panel) => ({ panel, lines: await linesOf(panel) })));
  writeFileSync(join(root, "docs/pictures/dashboard.svg"), drawPanels(dashboard.title, drawn));
} finally {
  await Promise.all([prometheus.remove(), program.remove(), receiver.stop(), mailServer.remove()]);
  await postgres.remove();
}
process.exit(0);

interface Dashboard {
  title: string;
  panels: Panel[];
}

/** Sessions are checked in waves; people sign up, sign in, mistype, and forget their passwords. */
async function peopleUse({ origin }: Program): Promise<void> {
  const members = await Promise.all(Array.from({ length: 8 }, () => newMember({ origin })));
  const member = async (turn: number) => members[turn % members.length] ?? newMember({ origin });
  const inWaves: [pauseMilliseconds: number, act: (turn: number) => Promise<unknown>][] = [
    [4, async (turn) => send({ origin }, "GET /api/session", await member(turn))],
    [40, () => send({ origin }, "GET /api/session", {})],
    [90, () => send({ origin }, "GET /sign-in")],
    [900, async (turn) => signIn({ origin }, (await member(turn)).person)],
    [2500, async (turn) => mistypes(origin, (await member(turn)).person.email)],
    [3000, () => signUp({ origin }, newPerson())],
    [5000, async (turn) => forgets(origin, (await member(turn)).person.email)],
  ];
  const end = Date.now() + minutes * 60_000;
  const wave = () => 1.2 + Math.sin(((end - Date.now()) / (minutes * 60_000)) * 12);
  const keepDoing = async ([pauseMilliseconds, act]: (typeof inWaves)[number]) => {
    for (let turn = 0; Date.now() < end; turn++) {
      await act(turn);
      await Bun.sleep(pauseMilliseconds * wave());
    }
  };
  await Promise.all(inWaves.map(keepDoing));
}

function mistypes(origin: string, email: string) {
  return send({ origin }, "POST /sign-in", { fields: { email, password: "a wrong password" } });
}

function forgets(origin: string, email: string) {
  return send({ origin }, "POST /forgot-password", { fields: { email } });
}

/** What Prometheus answers to the queries of a panel, for all the time that people came. */
async function linesOf({ targets = [] }: Panel): Promise<Line[]> {
  const end = Math.floor(Date.now() / 1000);
  const start = end - minutes * 60 + 15;
  const lines = await Promise.all(
    targets.map(async ({ expr, legendFormat }) => {
      const query = expr.replaceAll("$__rate_interval", "10s").replaceAll("$instance", ".*");
      const range = { query, start: String(start), end: String(end), step: String(stepSeconds) };
      const { result } = (await prometheus.ask("query_range", range)) as { result: Series[] };
      return result.map((series) => lineOf(series, { legendFormat, start, end }));
    }),
  );
  return lines.flat();
}

interface Series {
  metric: Record<string, string>;
  values: [at: number, value: string][];
}
interface Asked {
  legendFormat: string;
  start: number;
  end: number;
}

function lineOf({ metric, values }: Series, { legendFormat, start, end }: Asked): Line {
  const known = new Map(values.map(([at, value]) => [at, Number(value)]));
  const moments = Array.from({ length: (end - start) / stepSeconds + 1 }, (_, index) => start + index * stepSeconds);
  return {
    label: legendFormat.replace(/\{\{(\w+)\}\}/g, (_, name: string) => metric[name] ?? ""),
    values: moments.map((at) => known.get(at) ?? Number.NaN),
  };
}

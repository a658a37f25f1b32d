import { afterAll, beforeAll, expect, test } from "bun:test";
import { Client } from "pg";
import { rmSync } from "node:fs";
import { openDatabase } from "../../db/database";
import { webhooks } from "../../src/capabilities/webhooks/index";
import { checkOf, readWholeConfig } from "../../src/contributions";
import { secret, settingsOn, startBothWays, startReady, type BothWays } from "../support/on-postgres";
import { manage } from "../support/manage";
import { freePort, newFolder, spawnProgram, type Program } from "../support/program";
import { send } from "../support/traffic";
import { until } from "../support/until";
import { startReceiver, webhookSecret } from "../support/webhook-receiver";

/** Webhooks of several programs on one server. */

let servers: BothWays;
beforeAll(async () => {
  servers = await startBothWays();
});
afterAll(() => servers.remove());

/** Nobody answers there. */
const nowhere = () => ({
  GATEHOUSE_WEBHOOK_URL: `http://localhost:${freePort()}/hooks`,
  GATEHOUSE_WEBHOOK_SECRET: webhookSecret("a"),
});
const addSomebody = `insert into "user" (id, name, email) values ('somebody', 'Somebody', 'somebody@example.org')`;

test("what happens while another program writes down another address is told", async () => {
  const { postgres } = servers;
  const database = await postgres.createDatabase();
  const first = await startReady({ ...settingsOn(postgres, database), ...nowhere() });
  const [DATA_DIR, next] = [newFolder(), nowhere()];
  const inTheWay = new Client({ connectionString: postgres.url(database) });
  await inTheWay.connect();
  inTheWay.on("error", () => undefined);
  const { origin } = new URL(next.GATEHOUSE_WEBHOOK_URL);
  await inTheWay.query("begin");
  await inTheWay.query("insert into gatehouse.webhook_endpoint (origin) values ($1)", [origin]);
  const second = spawnProgram({ ...settingsOn(postgres, database), ...next, DATA_DIR, PORT: String(freePort()) });
  const waits = "select from pg_stat_activity where wait_event_type = 'Lock' and query like '%webhook_endpoint%'";
  await until("the other one is writing", async () => (await postgres.query(database, waits)).length > 0);
  await postgres.query(database, addSomebody);
  expect(await postgres.query(database, "select type from gatehouse.webhook")).toEqual([{ type: "user.created" }]);
  await inTheWay.query("rollback");
  await inTheWay.end();
  await until("the other address is written down", async () => {
    const noted = await postgres.query<{ origin: string }>(database, "select origin from gatehouse.webhook_endpoint");
    return noted.length === 1 && noted[0]?.origin === origin;
  });
  second.kill("SIGKILL");
  await second.exited;
  rmSync(DATA_DIR, { recursive: true });
  await first.remove();
});

test("starts at the same moment that name different addresses leave one of them", async () => {
  const { postgres } = servers;
  const name = await postgres.createDatabase();
  const program = await startReady({ ...settingsOn(postgres, name), ...nowhere() });
  await program.remove();
  const url = postgres.url(name);
  const starts = await Promise.all(
    [nowhere(), nowhere(), nowhere()].map(async (settings) => {
      const config = readWholeConfig(settings, [webhooks]);
      const connection = { driver: "postgres", url, directUrl: url, dataDirectory: "" } as const;
      const database = await openDatabase(connection, () => undefined);
      const check = checkOf([webhooks], { ...config, secrets: [{ value: secret }] });
      return { check: () => check(database), close: () => database.close() };
    }),
  );
  for (let round = 0; round < 30; round++) {
    await Promise.all(starts.map(({ check }) => check()));
    expect(await postgres.query(name, "select from gatehouse.webhook_endpoint")).toHaveLength(1);
  }
  await Promise.all(starts.map(({ close }) => close()));
});

/** Has the only webhook tried in vain, and the program know that it is due in an hour. */
async function waitForLater(program: Program, name: string) {
  const { postgres } = servers;
  const wake = () => send(program, "POST /sign-out", { fields: {} });
  await wake();
  const failed = "select from gatehouse.webhook where reason is not null";
  await until("it was tried", async () => (await postgres.query(name, failed)).length > 0);
  await postgres.query(name, "update gatehouse.webhook set try_at = now() + interval '1 hour'");
  await wake();
  await Bun.sleep(500); // the program has looked when it is due
}

test("a webhook that waits for its next try keeps no Neon from sleeping", async () => {
  const { postgres } = servers;
  const { name, program } = await servers.startOn("Neon's driver", postgres.port, {
    ...nowhere(),
    GATEHOUSE_SESSION_CACHE: "0",
  });
  await postgres.query(name, addSomebody);
  await waitForLater(program, name);
  const connections = () =>
    postgres.query("postgres", "select from pg_stat_activity where datname = $1 and backend_type = 'client backend'", [
      name,
    ]);
  await postgres.query("postgres", "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name]);
  await until("the database sleeps", async () => (await connections()).length === 0);
  await Bun.sleep(7000); // longer than a server is left alone that nothing costs
  expect(await connections()).toEqual([]);
});

test("webhooks that a verb makes due are sent by programs on Neon that listen, without a request", async () => {
  const { postgres } = servers;
  const receiver = startReceiver();
  receiver.answer(() => new Response(null, { status: 500 }));
  const settings = { GATEHOUSE_WEBHOOK_URL: receiver.url, GATEHOUSE_WEBHOOK_SECRET: webhookSecret("a") };
  const { name, program } = await servers.startOn("Neon's driver", postgres.port, settings);
  await postgres.query(name, addSomebody);
  await waitForLater(program, name);
  receiver.answer(() => new Response(null, { status: 204 }));
  const retried = await manage({ ...settings, DATABASE_URL: postgres.url(name) }, "webhooks", "retry");
  expect(retried.out).toBe("1 webhook is due now.\n");
  await until("it is taken", async () => (await postgres.query(name, "select from gatehouse.webhook")).length === 0);
  await receiver.stop();
});

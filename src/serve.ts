import { openDatabase } from "../db/database";
import { TooLate, within } from "../db/deadline";
import { isNeon } from "../db/server-address";
import type { Database } from "../db/types";
import { createApp, type App } from "./app";
import type { Capability, Worker } from "./capability";
import { checkOf, eventKindsOf, migrationsOf, readWholeConfig, tablesOf } from "./contributions";
import { largestBody } from "./http/body";
import type { SessionCache } from "./session/cache";
import type { Config } from "./settings/config";
import { longestRequest } from "./http/edge";
import { loadEnvFile } from "./settings/env-file";
import type { Environment } from "./settings/setting";
import { actsOf } from "./process/acts";
import { banner } from "./process/banner";
import { answerOperators, type ControlSocket } from "./process/control-socket";
import { createHealth } from "./process/health";
import { startHousekeeping } from "./process/housekeeping";
import { askToEnd, isWorker, whenAsked, type Signal } from "./process/leave";
import { secretsOf } from "./process/local-secret";
import { createLog, isAtTerminal, standardOutput, type Log, type LogSink } from "./process/log";
import type { Metrics } from "./process/metrics";
import { answerSupervisor, serveMetrics } from "./process/metrics-port";
import { onNpxExit } from "./process/npx";
import { serviceManager, type ServiceManager } from "./process/service-manager";
import { version } from "./version";
import { portRefusal, settingsOfPages } from "./process/port";
import { supervise } from "./process/supervisor";

/** How long a load balancer that reads /readyz has to notice before no more connections are taken. */
const noticeMilliseconds = 1000;
/** Ctrl-C reaches us from the terminal and again through `bun run`: one wish, heard twice. */
const echoMilliseconds = 100;
const longestGoodbye = 10 * 1000; // milliseconds

/** Runs the program with these settings, until it is asked to end. Throws StartRefused where it cannot. */
export async function start(environment: Environment, capabilities: readonly Capability[]): Promise<undefined> {
  if (!isWorker) loadEnvFile(environment); // a worker is given what the file says
  const read = readWholeConfig(environment, capabilities);
  const config = { ...read, log: read.log ?? (isAtTerminal() ? "text" : "json") };
  const logSink = standardOutput(config.log);
  // Nobody balances between programs started that way, so none has to notice.
  if (!isWorker) onNpxExit(() => askToEnd("SIGINT"));
  const manager = serviceManager(environment);
  if (config.workers === 1 || isWorker) return void (await serve(config, capabilities, { logSink, manager }));
  secretsOf(config); // made once, before all of them ask for it
  supervise({ ...config, environment, manager }, createLog(logSink, config.logLevel, config.log));
}

interface Around {
  logSink: LogSink;
  manager: ServiceManager;
}

async function serve(config: Config, capabilities: readonly Capability[], { logSink, manager }: Around) {
  const log = createLog(logSink, config.logLevel, config.log);
  const database = await openDatabase(config.database, (event, error) => {
    log("warn", event, { error });
    if (!isNeon(config.database)) health.suspectDatabase(); // asking would wake a compute that has just gone to sleep
  });
  const whole = { ...config, secrets: secretsOf(config) };
  const schema = { migrations: migrationsOf(capabilities, whole), check: checkOf(capabilities, whole) };
  const health = createHealth(database, log, schema);
  const app = await createApp(whole, { database, health, logSink }, capabilities);
  const { workers, sessionCache, chores } = app;
  const server = listen(config.listen, app);
  let control: ControlSocket | undefined;
  tellMetrics(config, app.metrics);
  const [tables, eventKinds, acts] = [tablesOf(capabilities), eventKindsOf(capabilities), () => actsOf(capabilities)];
  const housekeeping = startHousekeeping({ database, health, log, chores }, { ...config, tables });
  onLeave(leave);
  if (!(await health.becomeReady())) return; // asked to end meanwhile: nothing may begin any more
  const wake = () => workers.forEach((worker) => worker.wake());
  wake(); // for what was left when the program last ended
  void housekeeping.doChores();
  const given = { database, tables, eventKinds, config, secrets: () => whole.secrets, wake };
  control = answerOperators({ given, dataDirectory: config.database.dataDirectory, acts, log });
  const isCaching = await sessionCache.begin();
  if (health.isLeaving()) return;
  manager.ready();
  const facts = { database: database.driver, sessionCache: isCaching ? "on" : "off" };
  if (!isWorker && config.log === "text") logSink(banner(config, database.driver));
  else log("info", "started", { version, address: config.origin, mode: config.mode, ...facts });

  async function leave(signal: Signal) {
    health.leave();
    app.changes?.end();
    manager.stopping();
    log("info", "stopping", { signal });
    housekeeping.stop();
    if (signal === "SIGTERM") await Bun.sleep(noticeMilliseconds);
    await end({ server, workers, control, sessionCache, database, log });
  }
}

function tellMetrics(config: Config, metrics: Metrics) {
  if (config.metrics && isWorker) answerSupervisor(metrics);
  else if (config.metrics) serveMetrics(config.metrics, metrics.read);
}

/** What has to end, each after what may still need it. */
interface Parts {
  server: Bun.Server<undefined>;
  workers: readonly Worker[];
  control: ControlSocket | undefined;
  sessionCache: Pick<SessionCache, "stop">;
  database: Database;
  log: Log;
}

async function end({ server, workers, control, sessionCache, database, log }: Parts) {
  await within(longestGoodbye, server.stop()).catch(ignoreTooLate); // what is being answered may finish
  await server.stop(true);
  const stopped = Promise.all(workers.map((worker) => worker.stop()));
  await within(longestGoodbye, stopped).catch(ignoreTooLate);
  if (control) await within(longestGoodbye, control.stop()).catch(ignoreTooLate);
  await sessionCache.stop();
  const closed = database.close().catch((error) => log("error", "database.close_failed", { error }));
  await within(longestGoodbye, closed).catch(ignoreTooLate);
  process.exit(0);
}

/** The program ends although something took too long to stop; any other failure is a bug, and is thrown. */
function ignoreTooLate(error: unknown) {
  if (!(error instanceof TooLate)) throw error;
}

/** Calls back once, when the program is asked to end; asked again, by a second signal, it ends at once. */
function onLeave(leave: (signal: Signal) => Promise<void>) {
  let leftAt: number | undefined;
  whenAsked((signal, isWord) => {
    if (leftAt === undefined) {
      leftAt = performance.now();
      void leave(signal);
    } else if (!isWord && performance.now() - leftAt >= echoMilliseconds) process.exit(1);
  });
}

/** One process to a port, unless they know of each other: with `reusePort` a stranger would silently share it. */
function listen(address: Config["listen"], { edge, fastPaths }: Pick<App, "edge" | "fastPaths">) {
  const peerOf = (request: Request) => server.requestIP(request)?.address ?? "";
  const slowPath = (request: Request) => edge(request, peerOf(request));
  const fastOr = (path: keyof App["fastPaths"]) => (request: Request) =>
    fastPaths[path](request, peerOf) ?? slowPath(request);
  let server: Bun.Server<undefined>;
  try {
    server = Bun.serve({
      ...address,
      reusePort: isWorker,
      development: false, // else an unexpected error would be answered with our source
      // A body that drips in counts as idle, and Bun is up to four seconds early: so the edge's answer comes first.
      idleTimeout: longestRequest / 1000 + 5,
      // The edge refuses what is too large in words, unread; Bun, beyond this, in silence.
      maxRequestBodySize: 2048 * largestBody,
      routes: { "/api/session": fastOr("/api/session"), "/api/auth/get-session": fastOr("/api/auth/get-session") },
      fetch: slowPath,
    });
    return server;
  } catch (error) {
    throw portRefusal(settingsOfPages, address, error);
  }
}

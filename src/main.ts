import { openDatabase } from "../db/database";
import { StartRefused } from "../db/refusal";
import { createApp } from "./app";
import { readConfig, type Config } from "./config";
import { largestBody, type Edge } from "./edge";
import { createHealth } from "./health";
import { keepHouse, shortenSessions } from "./housekeeping";
import { localSecret } from "./local-secret";
import { createLog, describeError, standardOutput } from "./log";

/** How long a load balancer that reads /readyz has to notice before no more connections are taken. */
const noticeMilliseconds = 1000;
/** Ctrl-C reaches us from the terminal and again through `bun run`: one wish, heard twice. */
const echoMilliseconds = 100;
const longestGoodbye = 10 * 1000; // milliseconds

try {
  await start();
} catch (error) {
  // Not the error itself: the message of a database error carries the values of its statement.
  console.error(error instanceof StartRefused ? error.message : JSON.stringify(error instanceof Error && describeError(error)));
  process.exit(1);
}

async function start() {
  const logSink = standardOutput();
  const log = createLog(logSink);
  const config = readConfig(process.env);
  const database = await openDatabase(config.database, (event, error) => log("warn", event, { error }));
  const health = createHealth(database, log);
  const secret = config.secret ?? localSecret(config.database.dataDirectory); // required in production by readConfig
  const { edge, postman } = await createApp({ ...config, secret }, { database, health, logSink });
  const server = listen(config.listen, edge);
  const housekeeping = keepHouse(database, config, health, log);
  let leftAt = 0;
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => void leave(signal));
  await health.becomeReady();
  postman?.wake(); // mails that were left when the program last ended
  shortenSessions(database, config.sessions.longestSeconds).catch((error) => log("warn", "housekeeping.failed", { error }));
  if (!health.isLeaving()) log("info", "started", { address: config.origin, mode: config.mode, database: database.driver });

  async function leave(signal: string) {
    if (health.isLeaving() && performance.now() - leftAt < echoMilliseconds) return;
    if (health.isLeaving()) process.exit(1); // asked twice: at once
    leftAt = performance.now();
    health.leave();
    log("info", "stopping", { signal });
    clearInterval(housekeeping);
    if (signal === "SIGTERM") await Bun.sleep(noticeMilliseconds);
    await Promise.race([server.stop(), Bun.sleep(longestGoodbye)]); // what is being answered may finish
    await server.stop(true);
    await Promise.race([postman?.stop(), Bun.sleep(longestGoodbye)]);
    await Promise.race([database.close().catch((error) => log("error", "database.close_failed", { error })), Bun.sleep(longestGoodbye)]);
    process.exit(0);
  }
}

/** One process to a port: with `reusePort` a second one would silently share it. */
function listen({ port, hostname }: Config["listen"], edge: Edge) {
  try {
    return Bun.serve({
      port,
      hostname,
      reusePort: false,
      development: false, // else an unexpected error would be answered with our source
      maxRequestBodySize: 256 * largestBody, // the edge refuses what is too large in words; Bun, beyond this, in silence
      fetch: (request, server) => edge(request, server.requestIP(request)?.address ?? ""),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartRefused(`PORT, GATEHOUSE_HOST: cannot listen on ${hostname}:${port} (${reason}). Stop what listens there, or set others.`);
  }
}

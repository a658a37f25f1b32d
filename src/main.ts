import { openDatabase } from "../db/database";
import { StartRefused } from "../db/refusal";
import { createApp } from "./app";
import { readConfig, type Config } from "./config";
import { largestBody, type Edge } from "./edge";
import { localSecret } from "./local-secret";
import { createLog, standardOutput } from "./log";

try {
  await start();
} catch (error) {
  if (!(error instanceof StartRefused)) throw error;
  console.error(error.message);
  process.exit(1);
}

async function start() {
  const logSink = standardOutput();
  const log = createLog(logSink);
  const config = readConfig(process.env);
  const database = await openDatabase(config.database);
  await database.migrate();
  const secret = config.secret ?? localSecret(config.database.dataDirectory); // required in production by readConfig
  const edge = await createApp({ ...config, secret }, { database, logSink });
  const server = listen(config.listen, edge);
  log("info", "started", { address: config.origin, mode: config.mode, database: database.driver });
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => void stop());

  async function stop() {
    log("info", "stopping");
    await Promise.race([server.stop(), Bun.sleep(longestGoodbye)]); // what is being answered may finish
    await server.stop(true);
    await database.close();
    process.exit(0);
  }
}

const longestGoodbye = 10 * 1000; // milliseconds

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

import { openDatabase } from "../db/database";
import { StartRefused } from "../db/refusal";
import { createApp } from "./app";
import { readConfig, type Config } from "./config";
import type { Edge } from "./edge";
import { largestBody } from "./form";
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
  const log = createLog(standardOutput);
  const config = readConfig(process.env);
  const database = await openDatabase(config.database);
  await database.migrate();
  const secret = config.secret ?? localSecret(config.database.dataDirectory);
  const edge = await createApp({ ...config, secret }, { database, logSink: standardOutput });
  const server = listen(config.listen, edge);
  log("info", "started", { address: config.origin, mode: config.mode, database: database.driver });
  for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => void stop());

  async function stop() {
    log("info", "stopping");
    await server.stop();
    await database.close();
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
      maxRequestBodySize: 4 * largestBody, // the edge refuses earlier, in words; this is for what lies about its length
      fetch: (request, server) => edge(request, server.requestIP(request)?.address ?? ""),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartRefused(`PORT: cannot listen on ${hostname}:${port} (${reason}). Stop what listens there, or set another port.`);
  }
}

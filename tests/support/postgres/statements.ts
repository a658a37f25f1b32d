import { join } from "node:path";
import type { PostgresServer } from "./server";

/** Has a server write each statement that it is asked into its log, or none any more. */
export async function logStatements({ query }: PostgresServer, which: "all" | "none"): Promise<void> {
  await query("postgres", `alter system set log_statement = '${which}'`);
  await query("postgres", "select pg_reload_conf()");
  await Bun.sleep(500); // until every process has read it
}

/**
 * What a server whose statements are logged was asked while something was done, without the names of statements, and
 * without what the program asks by itself to learn of changes and whether a connection answers.
 */
export async function statementsDuring({ folder }: PostgresServer, work: () => Promise<unknown>): Promise<string[]> {
  const log = Bun.file(join(folder, "log"));
  const before = (await log.text()).length;
  await work();
  await Bun.sleep(200);
  const statements = (await log.text()).slice(before).matchAll(/LOG: {2}(?:statement|execute [^:]+): (.*)/g);
  return [...statements].map(([, text = ""]) => text).filter((text) => !/pg_notify\(|^select 1$/.test(text));
}

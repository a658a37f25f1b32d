import type { Client } from "pg";
import { within } from "./deadline";
import { sqlState } from "./failure";
import { onOwnConnection } from "./migrate";

/**
 * Whether a pooler keeps what was prepared by name, whichever connection to the server comes next: PgBouncer from 1.21
 * with `max_prepared_statements`, and Neon's pooler. False wherever that is not seen within a second; never throws.
 */
export async function keepsNamedStatements(open: () => Client): Promise<boolean> {
  // A name of its own: one that was left at the server by somebody else would seem to be kept.
  const question = { name: `gatehouse_${crypto.randomUUID()}`, text: "select pg_backend_pid() as pid" };
  const pidFor = async (client: Client) => (await client.query<{ pid: number }>(question)).rows[0]?.pid;
  const seen = async (asking: Client, holding: Client) => {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const before = await pidFor(asking);
      await holding.query("begin"); // on the connection to the server that was used last
      const after = await pidFor(asking);
      await holding.query("rollback");
      if (after !== before) return true;
    }
    return false;
  };
  return onOwnConnection(open, (asking) =>
    // A pooler with a single connection would wait for it until it gives up.
    onOwnConnection(open, (holding) => within(longestMilliseconds, seen(asking, holding))),
  ).catch(() => false);
}

/** Somebody else may have been given the connection that was used last. */
const attempts = 5;
const longestMilliseconds = 1000;

/** Whether an error says that a pooler keeps no names, or no longer: a name is unknown, or taken by another client. */
export const isNameLost = (error: unknown): boolean => ["26000", "42P05"].includes(sqlState(error) ?? "");

import type { ClientBase, QueryResult } from "pg";
import { within } from "./deadline";
import { NoConnection } from "./failure";

/**
 * Rejects with NoConnection where a connection that is new leads to a standby, as during a failover while the address
 * still leads to what was the primary: what is read there may be older than what a visitor was told, and than what was
 * heard of changes. Asked once: a primary becomes a standby by a restart, which ends its connections.
 */
export async function refuseStandby(client: ClientBase): Promise<void> {
  // By a callback: of a client that cannot send, a promise would stay behind whose rejection nobody hears.
  const asked = new Promise<boolean>((resolve, reject) => {
    client.query("select pg_is_in_recovery() as is_standby", (error: Error | null, result: QueryResult) =>
      error ? reject(error) : resolve(result.rows[0]?.is_standby !== false),
    );
  });
  if (await within(longestMilliseconds, asked)) throw new NoConnection("The server is a standby.");
}

const longestMilliseconds = 1000;

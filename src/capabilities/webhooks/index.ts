import { sql } from "drizzle-orm";
import { rowsOf } from "../../../db/transaction";
import type { Database } from "../../../db/types";
import { defineCapability } from "../../capability";
import type { ServedConfig } from "../../settings/config";
import { createDelivery } from "./delivery";
import { contradictionIn, endpointOf, settings } from "./settings";
import { tables } from "./tables";

/** The advisory lock of a start that writes it down. "hook": any number will do that nobody else uses. */
const lock = 0x686f_6f6b;

const none = { events: {}, problems: {} };

/**
 * Webhooks: a program of the operator's own hears what happens to accounts. It is there always, and off while no
 * endpoint is named, so that a start without one tells the database to keep nothing for it.
 */
export const webhooks = defineCapability(
  {
    name: "webhook",
    settings,
    words: { en: none, de: none, "de-formal": none, fr: none, es: none },
    tables,
    migrations: "src/capabilities/webhooks/migrations",
    contradiction: contradictionIn,
    check: noteEndpoint,
    verbs: async () => ({ webhooks: (await import("./operator")).operateWebhooks }),
  },
  () => ({
    worker(services) {
      const endpoint = endpointOf(services.config);
      return endpoint && createDelivery({ ...services, endpoint });
    },
  }),
);

/**
 * Writes down where webhooks go by the settings of this start, or that they are off: the triggers act on it. In one
 * transaction: what happens meanwhile at other replicas is told of by the one address or by the other. Starts at the
 * same moment take turns, or none would see what the other one wrote, and both would stay.
 */
function noteEndpoint({ transactionWithoutDeadlines }: Database, config: ServedConfig): Promise<void> {
  const origin = endpointOf(config)?.url.origin ?? null;
  return transactionWithoutDeadlines(async (inner) => {
    await rowsOf(inner, sql`select pg_advisory_xact_lock(${lock})`);
    await rowsOf(inner, sql`delete from gatehouse.webhook_endpoint where origin is distinct from ${origin}::text`);
    if (origin === null) return;
    const insert = sql`insert into gatehouse.webhook_endpoint (origin) values (${origin}) on conflict do nothing`;
    await rowsOf(inner, insert);
  });
}

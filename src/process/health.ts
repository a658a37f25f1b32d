import type { Database } from "../../db/types";
import { withDeadline } from "../../db/deadline";
import { isUnavailable, reasonOf } from "../../db/failure";
import type { MigrationSet } from "../../db/migration-records";
import { version } from "../version";
import type { Log } from "./log";

/** What the program knows about being able to answer. */
export interface Health {
  /** Whether the database has the schema this version needs; false until it has been reached once. */
  isMigrated(): boolean;
  /** Whether to send visitors here: migrated, not going away, and the database answers as far as anybody knows. */
  isReady(): Promise<boolean>;
  /** To be called when a request met an unavailable database: the next isReady() asks the database. */
  suspectDatabase(): void;
  /** From now on not ready: the program is about to end. */
  leave(): void;
  isLeaving(): boolean;
  /**
   * Migrates as soon as the database can be reached. Gives whether visitors may come: not when the program was asked to
   * end meanwhile. Throws StartRefused, and whatever will not mend by waiting.
   */
  becomeReady(): Promise<boolean>;
}

const retryMilliseconds = 500;
const saidEveryMilliseconds = 30_000;

/** What the database must have before visitors may come. */
interface Schema {
  /** Those of the capabilities. */
  migrations?: readonly MigrationSet[];
  /** Looks at what is kept there. Throws StartRefused when it does not fit these settings. */
  check?(database: Database): Promise<void>;
}

/**
 * Health that costs no query while all is well, so that a probe never keeps a sleeping database awake: the database
 * is asked only after somebody met a failure, until it answers.
 */
export function createHealth(database: Database, log: Log, { migrations = [], check }: Schema = {}): Health {
  let migrated = false;
  let leaving = false;
  let doubtful = false;
  return {
    isMigrated: () => migrated,
    isLeaving: () => leaving,
    suspectDatabase: () => void (doubtful = true),
    leave: () => void (leaving = true),
    async isReady() {
      if (leaving || !migrated) return false;
      if (!doubtful) return true;
      doubtful = false; // a failure while we ask raises the doubt again
      const answers = await databaseAnswers(database);
      if (!answers) doubtful = true;
      return answers;
    },
    async becomeReady() {
      for (let saidAt = -Infinity; !migrated && !leaving; ) {
        try {
          for (const { event, facts } of await database.migrate(migrations)) log("warn", event, facts);
          await check?.(database);
          migrated = true;
        } catch (error) {
          if (leaving) break; // the database is being closed under it
          if (!isUnavailable(error)) throw error;
          if (performance.now() - saidAt >= saidEveryMilliseconds) {
            log("warn", "database.waiting", { reason: reasonOf(error), error });
            saidAt = performance.now(); // a try may take seconds
          }
          await Bun.sleep(retryMilliseconds);
        }
      }
      return migrated && !leaving;
    },
  };
}

async function databaseAnswers({ checks }: Database): Promise<boolean> {
  return withDeadline(checks.ping()).then(
    () => true,
    () => false,
  );
}

/** For balancers and operators, who see by it which version answers. */
export function readiness(isReady: boolean): Response {
  const headers = { "x-gatehouse-version": version };
  if (isReady) return new Response("ready\n", { headers });
  return new Response("not ready\n", { status: 503, headers: { ...headers, "retry-after": "1" } });
}

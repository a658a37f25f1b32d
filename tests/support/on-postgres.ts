import { expect } from "bun:test";
import type { PostgresServer } from "./postgres/server";
import { startNeonBridge } from "./postgres/neon-bridge";
import { startPostgres } from "./postgres/server";
import { startProgram, type Program } from "./program";
import { manyClients, timeUntil } from "./traffic";

/** A secret of the tests, so that a program can be started again as the same one. */
export const secret = "kD7vQ2mX9pL4sW8zR1tY6uB3nH5jF0gC";

/** What a program is told that works on a database of a server. */
export const settingsOn = (postgres: PostgresServer, database: string): Record<string, string> => ({
  ...manyClients,
  BETTER_AUTH_SECRET: secret,
  DATABASE_URL: postgres.url(database),
});

/** Starts the program with these settings and waits until it is ready, a minute at most. */
export async function startReady(settings: Record<string, string>): Promise<Program> {
  const program = await startProgram(settings);
  expect(await timeUntil(program, "GET /readyz", 200)).toBeLessThan(60_000);
  return program;
}

/** The two ways to a server; the bridge in front of it stands for what Neon has there. */
export const ways = ["Postgres", "Neon's driver"] as const;

/** What a program is told that reaches its server through a bridge in the place of Neon's. */
export const throughBridge = (port: number): Record<string, string> => ({
  GATEHOUSE_DB_DRIVER: "neon",
  NEON_BRIDGE_PORT: String(port),
  BUN_OPTIONS: "--preload ./tests/support/postgres/neon-bridge.ts",
});

/** A real server that can be reached in both ways, and programs on it. */
export interface BothWays {
  postgres: PostgresServer;
  /** Starts a program on a new database, and waits until it is ready. */
  startOn(
    way?: (typeof ways)[number],
    port?: number,
    settings?: Record<string, string>,
  ): Promise<{ program: Program; name: string }>;
  /** Ends the programs, then the server. */
  remove(): Promise<void>;
}

/** Starts a server and the bridge in front of it. */
export async function startBothWays(): Promise<BothWays> {
  const postgres = await startPostgres();
  const bridge = startNeonBridge(postgres.port);
  const programs: Program[] = [];
  return {
    postgres,
    async startOn(way = "Postgres", port = postgres.port, settings = {}) {
      const name = await postgres.createDatabase();
      const more = way === "Postgres" ? {} : throughBridge(bridge.port ?? 0);
      const program = await startReady({
        ...manyClients,
        ...more,
        ...settings,
        DATABASE_URL: postgres.url(name, port),
      });
      programs.push(program);
      return { program, name };
    },
    async remove() {
      await Promise.all(programs.map((program) => program.remove()));
      await bridge.stop(true);
      await postgres.remove();
    },
  };
}

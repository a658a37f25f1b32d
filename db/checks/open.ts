import type { Client } from "pg";
import { createCheckPool } from "./pool";
import { sessionQuestion } from "./row";
import type { Checks, Connections, Notice } from "../types";

interface ChecksNeeds {
  /** A client that is not connected yet. */
  open(): Client;
  /** Whether the statement may be prepared by name. */
  isNamed(): boolean;
  /** Hears that a name was lost. */
  loseName(): void;
  notice: Notice;
}

/** The checks of a database behind a server, on connections of their own. Opens none yet. */
export function openChecks({
  isNamed,
  ...needs
}: ChecksNeeds): Checks & { connections(): Connections; end(): Promise<void> } {
  const { text, read } = sessionQuestion();
  const { rowOf, ...pool } = createCheckPool({ ...needs, statement: { text, isNamed } });
  return { ...pool, sessionByToken: (token) => rowOf(token).then((texts) => texts && read(texts)) };
}

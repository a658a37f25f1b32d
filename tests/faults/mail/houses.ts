import { expect } from "bun:test";
import { inMilliseconds, minutes } from "../../../src/time";
import { newPerson } from "../../support/harness";
import { startMailServer, type KeptMail, type MailServer } from "../../support/mail-server";
import { settingsOn } from "../../support/on-postgres";
import { startPostgres, type PostgresServer } from "../../support/postgres/server";
import { startProgram, type Program } from "../../support/program";
import { rounds } from "../../support/rounds";
import { send } from "../../support/traffic";
import { until, type Patience } from "../../support/until";

/** A Gatehouse with a database and a mail server of its own. */
export interface House {
  program: Program;
  server: MailServer;
  /** Runs a statement on the database. */
  rows(statement: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Starts the program once more on the same database, in the folder of the first one or in another. */
  startAnother(dataDirectory?: string): Promise<Program>;
}

/** A server on which houses are started. */
export interface Houses {
  postgres: PostgresServer;
  /** Starts one; its database may be behind another port. */
  start(more?: Record<string, string>, port?: number): Promise<House>;
  /** What is to be removed before the server is. */
  toRemove: { remove(): Promise<void> }[];
  remove(): Promise<void>;
}

/** Starts a server for the houses of a file. */
export async function startHouses(): Promise<Houses> {
  const postgres = await startPostgres();
  const toRemove: Houses["toRemove"] = [];
  return {
    postgres,
    toRemove,
    async start(more = {}, port = postgres.port) {
      const [database, server] = await Promise.all([postgres.createDatabase(), startMailServer()]);
      const names = { BRAND_NAME: "Acme", MAIL_FROM: "Acme <login@example.com>", SMTP_URL: server.url };
      const settings = { ...settingsOn(postgres, database), DATABASE_URL: postgres.url(database, port), ...names };
      const program = await startProgram({ ...settings, ...more });
      toRemove.push(program, server);
      const rows: House["rows"] = (statement, values) => postgres.query(database, statement, values);
      return { program, server, rows, startAnother: (folder) => startProgram(settings, folder) };
    },
    remove: () => Promise.all(toRemove.map((thing) => thing.remove())).then(() => postgres.remove()),
  };
}

/** How long a mail may take: the long form is for a patient machine. */
export const patience: Patience = { every: 200, longest: inMilliseconds(rounds(0.8, 10) * minutes) };

/** What waits to be sent. */
export const inOutbox = ({ rows }: Pick<House, "rows">, where = "true") =>
  rows(`select * from gatehouse.outbox where ${where}`);

/** Waits until nothing waits to be sent; gives the milliseconds that took. */
export const untilSent = (house: Pick<House, "rows">) =>
  until("the outbox is empty", async () => (await inOutbox(house)).length === 0, patience);

let strangers = 0;
/** An address that nobody has had yet. */
export const newAddress = () => `u${++strangers}@example.org`;

/** Makes people with an account and no password, as another app may have left them. */
export const addMembers = ({ rows }: Pick<House, "rows">, emails: string[]) =>
  rows(`insert into "user" (id, name, email) select email, 'A Member', email from unnest($1::text[]) email`, [emails]);

/** Makes accounts with a mail to each waiting to be sent. */
export async function fillOutbox(house: Pick<House, "rows">, count: number): Promise<string[]> {
  const emails = Array.from({ length: count }, newAddress);
  await addMembers(house, emails);
  await house.rows(
    `insert into gatehouse.outbox (kind, recipient, language)
      select 'reset', email, 'en' from unnest($1::text[]) email`,
    [emails],
  );
  return emails;
}

/** Asks for a link to a new password. */
export const askForLink = ({ program }: Pick<House, "program">, email: string) =>
  send(program, "POST /forgot-password", { fields: { email } });

/** Signs up, and gives the one mail that arrives. */
export async function signUp(house: House, person = newPerson()): Promise<KeptMail & { cookie: string }> {
  const { location, cookies } = await send(house.program, "POST /sign-up", { fields: { ...person } });
  expect(location).toBe("/verify-email");
  await untilSent(house);
  const [mail, ...more] = house.server.mails.filter(({ to }) => to.includes(person.email));
  if (!mail || more.length > 0) throw new Error(`Not one mail arrived for ${person.email}.`);
  return { ...mail, cookie: cookies.map((line) => line.split(";")[0]).join("; ") };
}

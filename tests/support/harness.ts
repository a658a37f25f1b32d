import type { Database } from "../../db/types";
import { createApp } from "../../src/app";
import type { Capability, Worker } from "../../src/capability";
import { checkOf, eventKindsOf, migrationsOf, readWholeConfig, tablesOf } from "../../src/contributions";
import type { Edge } from "../../src/http/edge";
import type { QuickEdge } from "../../src/http/quick-edge";
import { createStrength } from "../../src/guard/strength";
import { createHealth, type Health } from "../../src/process/health";
import type { Given } from "../../src/process/acts";
import { createLog } from "../../src/process/log";
import type { Metrics } from "../../src/process/metrics";
import type { Mail } from "../../src/mail/transport";
import type { ServedConfig } from "../../src/settings/config";
import type { SessionCache } from "../../src/session/cache";
import { isTakenAway, newTestDatabase, type TestDatabase } from "./databases";
import { gotOf, requireTyped, type Got } from "./got";
import { patiently } from "./patience";

export type { Got };

/** A whole Gatehouse in this process, on a database of its own. */
export interface Gatehouse extends Pick<TestDatabase, "takeAway"> {
  origin: string;
  edge: Edge;
  database: Database;
  live: SessionCache;
  health: Health;
  /** What an operator's act is done with. */
  given: Given;
  /** Like the database's own; what it changed is heard when it resolves. */
  rows: TestDatabase["rows"];
  /** The mails that arrived at an address, newest first, once all that is due was sent. */
  mailsTo(address: string): Promise<Mail[]>;
  metrics: Metrics;
  /** Every line that was logged. */
  log: string[];
  /** Somebody with a browser of their own, at an address of their own. */
  visitor(): Visitor;
  /** Does what is due about once an hour. */
  chores(): Promise<void>;
  close(): Promise<void>;
}

/** One for all of this run: the lists take a quarter of a second to load. */
const strength = createStrength();

/** The secret of a Gatehouse that is told no other. */
export const secret = "a-secret-that-only-the-tests-know-0123456789";

/** What production asks for, and tests need not say. */
const leftOut = ({ BETTER_AUTH_SECRETS, DATABASE_URL }: Record<string, string>) => ({
  ...(BETTER_AUTH_SECRETS === undefined && { BETTER_AUTH_SECRET: secret }),
  ...(DATABASE_URL === undefined && { GATEHOUSE_DB_DRIVER: "embedded" }),
});

/** Starts a Gatehouse with the settings given on top of the local ones, on the kind of database this run is about. */
export async function startGatehouse(
  settings: Record<string, string> = {},
  on?: TestDatabase,
  capabilities: readonly Capability[] = [],
): Promise<Gatehouse> {
  const read = readWholeConfig({ ...leftOut(settings), ...settings }, capabilities);
  const config = { ...read, secrets: read.secrets ?? ([{ value: secret }] as const) };
  const { database, takeAway, remove, ...behind } = on ?? (await newTestDatabase());
  const log: string[] = [];
  const logSink = (line: string) => void log.push(line);
  const schema = { migrations: migrationsOf(capabilities, config), check: checkOf(capabilities, config) };
  const health = createHealth(database, createLog(logSink), schema);
  await health.becomeReady();
  const app = await createApp(config, { database, health, logSink, strength }, capabilities);
  const { edge: theLongWay, fastPaths, workers, inbox, metrics, sessionCache: live } = app;
  const paths: Partial<Record<string, QuickEdge>> = fastPaths;
  const edge: Edge = async (request, peer) =>
    paths[new URL(request.url).pathname]?.(request, () => peer) ?? theLongWay(request, peer); // as the socket does
  databases.set(edge, database);
  const visitor = () => new Visitor(edge, config.origin, newAddress());
  const mailsTo = async (address: string) => {
    for (const worker of workers) await worker.idle();
    return (inbox?.mails() ?? []).filter(({ to }) => to === address);
  };
  const rows = async <Row>(statement: string, values?: unknown[]) => {
    const found = await behind.rows<Row>(statement, values);
    await live.caughtUp();
    return found;
  };
  const close = async () => {
    for (const worker of workers) await worker.stop();
    await live.stop();
    await remove();
  };
  const kept = { tables: tablesOf(capabilities), eventKinds: eventKindsOf(capabilities) };
  const given: Given = { database, ...kept, config, ...toldBy(config, workers) };
  const parts = { edge, database, live, health, given, metrics, log, rows, takeAway };
  return { ...parts, origin: config.origin, visitor, mailsTo, chores: () => inTurn(app.chores), close };
}

async function inTurn(chores: readonly (() => Promise<void>)[]) {
  for (const chore of chores) await chore();
}

/** The secrets and the workers of the program that runs, as a verb is given them. */
const toldBy = ({ secrets }: Pick<ServedConfig, "secrets">, workers: readonly Worker[]) => ({
  secrets: () => secrets,
  wake: () => workers.forEach((worker) => worker.wake()),
});

/** What each Gatehouse in this process keeps everything in. */
const databases = new WeakMap<Edge, Database>();

const isWithoutDatabase = (edge: Edge): boolean => {
  const database = databases.get(edge);
  return database !== undefined && isTakenAway(database);
};

let addresses = 0;

/** An address of this machine that no other visitor of this run has: limits count by address, for the whole process. */
const newAddress = () => `127.${++addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`;

export interface Person {
  name: string;
  email: string;
  password: string;
}

let people = 0;

/** Somebody nobody has met yet. */
export function newPerson(): Person {
  const number = ++people;
  return {
    name: `Ada Example ${number}`,
    email: `ada${number}@example.org`,
    password: `correct horse battery ${number}`,
  };
}

/**
 * A browser without scripts: keeps cookies, sends the headers a browser sends, does not follow redirects by itself.
 * Heeds "try again" where the machine is busy, for a minute, unless the test took the database away.
 */
export class Visitor {
  readonly cookies = new Map<string, string>();
  private isPatient = true;
  constructor(
    readonly edge: Edge,
    readonly origin: string,
    readonly address: string,
  ) {}

  get(path: string, headers: Record<string, string> = {}): Promise<Got> {
    return this.send(path, { headers });
  }

  /** Whether somebody is signed in here, as a backend is told. */
  async isIn(): Promise<boolean> {
    return (await this.get("/api/session")).status === 200;
  }

  /** Posts a form of this site's own pages. */
  async post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Got> {
    const got = await this.send(path, {
      method: "POST",
      body: new URLSearchParams(fields).toString(),
      headers: { origin: this.origin, "content-type": "application/x-www-form-urlencoded", ...headers },
    });
    if (got.status === 422) requireTyped(got, fields);
    return got;
  }

  /** Fills in and sends a page's first form but the one that signs out, hidden fields included, as a browser would. */
  submit(got: Got, values: Record<string, string>, headers: Record<string, string> = {}): Promise<Got> {
    const form = got.page.querySelector(".content form") ?? got.page.querySelector("form");
    if (!form) throw new Error("There is no form on this page.");
    const fields: Record<string, string> = {};
    for (const input of form.querySelectorAll("input")) {
      const off = input.getAttribute("type") === "checkbox" && !input.hasAttribute("checked");
      if (!off) fields[input.getAttribute("name") ?? ""] = input.getAttribute("value") ?? "";
    }
    return this.post(form.getAttribute("action") ?? "", { ...fields, ...values }, headers);
  }

  async signUp(person: Person): Promise<Got> {
    return this.submit(await this.get("/sign-up"), { ...person });
  }

  async signIn({ email, password }: Pick<Person, "email" | "password">): Promise<Got> {
    return this.submit(await this.get("/sign-in"), { email, password });
  }

  /** Signs up and in through the forms. */
  async join(person = newPerson()): Promise<Person> {
    await this.signUp(person);
    const { status } = await this.signIn(person);
    if (status !== 303) throw new Error(`Signing in answered ${status}.`);
    return person;
  }

  /** The same browser, which asks once alone: for a test of what is answered 503. */
  impatient(): this {
    this.isPatient = false;
    return this;
  }

  async send(path: string, init: RequestInit & { headers?: Record<string, string> }): Promise<Got> {
    const ask = () => this.sendOnce(path, init);
    const asksAgain = this.isPatient && !isWithoutDatabase(this.edge);
    return asksAgain ? (await patiently(ask)).last : ask();
  }

  private async sendOnce(path: string, init: RequestInit & { headers?: Record<string, string> }): Promise<Got> {
    const headers = new Headers({ host: new URL(this.origin).host, ...init.headers });
    if (this.cookies.size > 0 && !headers.has("cookie")) headers.set("cookie", this.cookieHeader());
    if (typeof init.body === "string") headers.set("content-length", String(Buffer.byteLength(init.body)));
    const response = await this.edge(new Request(this.origin + path, { ...init, headers }), this.address);
    for (const cookie of response.headers.getSetCookie()) this.keep(cookie);
    return gotOf(response, await response.text());
  }

  cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  private keep(cookie: string) {
    const [pair = "", ...attributes] = cookie.split(";");
    const equals = pair.indexOf("=");
    if (attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute))) this.cookies.delete(pair.slice(0, equals));
    else this.cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
}

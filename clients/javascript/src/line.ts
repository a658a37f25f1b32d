/** The line to Gatehouse: one question over `fetch`, with a tight deadline. */

import { Unavailable } from "./caller.js";
import { startTimer } from "./deadline.js";
import type { Received } from "./json.js";
import type { Settings } from "./options.js";

/** How long an answer is waited for, how many bytes it may have, and how many questions are under way at once. */
export interface Terms {
  deadlineSeconds: number;
  longestBody: number;
  connections: number;
}

/** A question that is put by GET. */
export interface Question {
  path: string;
  headers: Record<string, string>;
  /** Gives the question up. */
  signal?: AbortSignal;
}

/** Puts a question. Throws Unavailable, within the deadline, whatever happens: its message says what it was. */
export type Line = (question: Question) => Promise<Received>;

/** In milliseconds: Gatehouse keeps idle connections for 10 seconds. */
const keptFor = 10_000;

/**
 * A line to Gatehouse; nothing is sent yet. No redirect is followed and no cookie kept; how a connection is made, and
 * whose certificates are believed, is up to `fetch`.
 */
export function openLine({ url, fetch = globalFetch }: Pick<Settings, "url" | "fetch">, terms: Terms): Line {
  const inTurn = takingTurns(isEachRequestAlone() ? Number.POSITIVE_INFINITY : terms.connections);
  const get = getter(fetch, terms.longestBody);

  return async ({ path, headers, signal: givenUp }) => {
    const { signal, over, end } = startDeadline(terms.deadlineSeconds, givenUp);
    // Ends with the deadline, so that the next one has its turn also where `fetch` does not listen to `signal`.
    const work = () =>
      signal.aborted ? over : Promise.race([get(url + path, { ...always, ...headers }, signal), over]);
    try {
      return await Promise.race([inTurn(work), over]);
    } catch (error) {
      throw error instanceof Unavailable ? error : new Unavailable(reasonOf(error));
    } finally {
      end();
    }
  };
}

type Fetch = NonNullable<Settings["fetch"]>;

/** Looked up for each question: tools that watch what a program asks put theirs there at any time. */
const globalFetch: Fetch = (input, init) => globalThis.fetch(input, init);

const always = { accept: "application/json", "accept-encoding": "identity", "user-agent": "gatehouse-js" };

/**
 * Whether this is a place where each request is an island, whose promises and timers no other may wait for: Workers,
 * and what is built like them.
 */
export const isEachRequestAlone = (): boolean => isWorkers() || "EdgeRuntime" in globalThis;

const isWorkers = () => globalThis.navigator?.userAgent === "Cloudflare-Workers";

type Get = (address: string, headers: Record<string, string>, signal: AbortSignal) => Promise<Received>;

/**
 * Gets an answer, and asks once more when no connection could be made, or a kept one turned out to be dead. A question
 * that was lost on a new connection is not repeated: Gatehouse had it, and the load would double.
 */
function getter(fetch: Fetch, longestBody: number): Get {
  const kept = keptConnections();
  return async (address, headers, signal) => {
    // Whatever stores answers by itself must not store these; some Workers refuse to be told.
    const init: RequestInit = { headers, signal, redirect: "manual", ...(!isWorkers() && { cache: "no-store" }) };
    const mayBeKept = kept.take() && !repeatsByItself();
    const response = await fetch(address, init).catch((error) => {
      if (signal.aborted || !(mayBeKept || wasNeverConnected(error))) throw error;
      return fetch(address, init);
    });
    const body = await readBounded(response, longestBody);
    kept.give(); // where it was too long, Node keeps one on which the next question is lost
    if (!body) throw new Unavailable("answered with too much");
    return { status: response.status, type: response.headers.get("content-type") ?? "", body };
  };
}

/** All but Node repeat by themselves what was lost on a kept connection. */
const repeatsByItself = () => "Bun" in globalThis || "Deno" in globalThis || isWorkers();

/**
 * How many connections may lie there unused, as far as that can be told from outside of `fetch`: each answer that was
 * read to its end leaves one, and each question takes one.
 */
function keptConnections() {
  let [count, until] = [0, 0];
  return {
    /** Whether the next question may go over one, which may have died meanwhile. */
    take(): boolean {
      if (performance.now() >= until) count = 0;
      const isThere = count > 0;
      if (isThere) count -= 1;
      return isThere;
    },
    give() {
      count += 1;
      until = performance.now() + keptFor;
    },
  };
}

/** As Node and Bun name it; Deno has it in a message alone. */
const neverConnected =
  /^(ECONNREFUSED|ConnectionRefused|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

function wasNeverConnected(error: unknown): boolean {
  if (neverConnected.test(codeOf(error) ?? "")) return true;
  return error instanceof Error && (/\(Connect\)/.test(error.message) || wasNeverConnected(error.cause));
}

/** The code of an error, or of the one that caused it. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return "cause" in error ? codeOf(error.cause) : undefined;
}

/** What went wrong, in words that hold neither the cookie nor a person: so not the message of any error. */
const reasonOf = (error: unknown) => codeOf(error) ?? denosReasonIn(error) ?? nameOf(error);

/** Why Deno, whose errors have no code, made no connection, by the words of its libraries: `tcp_connect_error`. */
function denosReasonIn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const reason = /\(Connect\): ([a-z ]+)/.exec(error.message)?.[1];
  return reason?.replaceAll(" ", "_") ?? denosReasonIn(error.cause);
}

/** The name of what caused an error in the end: `fetch` fails with a TypeError whatever it was. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "failed";
  return error.cause instanceof Error ? nameOf(error.cause) : error.name;
}

/** Gives undefined for a body that is longer. */
async function readBounded({ body }: Response, longest: number): Promise<Uint8Array | undefined> {
  const reader = body?.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    length += next.value.length;
    if (length > longest) {
      void reader?.cancel().catch(() => {}); // hangs up; that it may fail to changes nothing
      return undefined;
    }
    pieces.push(next.value);
  }
  return joined(pieces, length);
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = pieces;
  if (first?.length === length) return first;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** A deadline that begins now: `over` rejects when it is reached, also where `fetch` does not listen to `signal`. */
function startDeadline(seconds: number, givenUp?: AbortSignal) {
  const controller = new AbortController();
  const { signal } = controller;
  const over = new Promise<never>((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
  );
  const giveUp = () => controller.abort(new Unavailable("closed"));
  const stop = startTimer(seconds * 1000, () => controller.abort(new Unavailable("no answer in time")));
  givenUp?.addEventListener("abort", giveUp);
  const end = () => {
    stop();
    givenUp?.removeEventListener("abort", giveUp);
  };
  return { signal, over, end };
}

/** Lets only so many works be under way at a time; the others wait for their turn. */
function takingTurns(most: number) {
  let free = most;
  const queue: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else free += 1;
    }
  };
}

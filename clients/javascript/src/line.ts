/** The line to Gatehouse: one question over `fetch`, with a tight deadline. */

import { type Answer, readAnswer, type Received, Unavailable } from "./caller.js";
import type { Settings } from "./options.js";

/** Asks who has these cookies. Throws Unavailable when that cannot be known, within the deadline, whatever happens. */
export type Put = (cookie: string, requestId: string) => Promise<Answer>;

const longestBody = 16 * 1024; // bytes; an answer has some hundred
const mostConnections = 64;
/** In milliseconds: Gatehouse keeps idle connections for 10 seconds. */
const keptFor = 10_000;

/**
 * A line to Gatehouse; nothing is sent yet. No redirect is followed and no cookie kept; how a connection is made, and
 * whose certificates are believed, is up to `fetch`.
 */
export function openLine({ url, deadlineSeconds, fetch, log }: Settings): Put {
  const address = `${url}/api/session`;
  const inTurn = takingTurns(isEachRequestAlone() ? Number.POSITIVE_INFINITY : mostConnections);
  const get = getter({ address, fetch });

  return async (cookie, requestId) => {
    const { signal, over, end } = startDeadline(deadlineSeconds);
    try {
      const headers = headersOf(cookie, requestId);
      return readAnswer(await Promise.race([inTurn(() => get(headers, signal)), over]));
    } catch (error) {
      const reason = reasonOf(error);
      log(`Gatehouse at ${url}: ${reason} (request ${requestId})`);
      throw new Unavailable(reason);
    } finally {
      end();
    }
  };
}

/**
 * Whether this is a place where each request is an island, whose promises and timers no other may wait for: Workers,
 * and what is built like them.
 */
export const isEachRequestAlone = (): boolean => isWorkers() || "EdgeRuntime" in globalThis;

const isWorkers = () => globalThis.navigator?.userAgent === "Cloudflare-Workers";

const headersOf = (cookie: string, requestId: string) => ({
  accept: "application/json",
  "accept-encoding": "identity",
  "user-agent": "gatehouse-js",
  cookie,
  "x-request-id": requestId,
});

type Get = (headers: Record<string, string>, signal: AbortSignal) => Promise<Received>;

/**
 * Gets an answer, and asks once more when no connection could be made, or a kept one turned out to be dead. A question
 * that was lost on a new connection is not repeated: Gatehouse had it, and the load would double.
 */
function getter({ address, fetch }: { address: string; fetch: Settings["fetch"] }): Get {
  const kept = keptConnections();
  return async (headers, signal) => {
    signal.throwIfAborted(); // while it waited for its turn
    // Whatever stores answers by itself must not store these; some Workers refuse to be told.
    const init: RequestInit = { headers, signal, redirect: "manual", ...(!isWorkers() && { cache: "no-store" }) };
    const mayBeKept = kept.take() && !repeatsByItself();
    const response = await fetch(address, init).catch((error) => {
      if (signal.aborted || !(mayBeKept || wasNeverConnected(error))) throw error;
      return fetch(address, init);
    });
    const body = await readBounded(response);
    kept.give();
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
function reasonOf(error: unknown): string {
  if (error instanceof Unavailable) return error.message;
  return codeOf(error) ?? (error instanceof Error ? error.name : "failed");
}

async function readBounded({ body }: Response): Promise<Uint8Array> {
  const reader = body?.getReader();
  const read: number[] = [];
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    if (read.length + next.value.length > longestBody) {
      void reader?.cancel().catch(() => {}); // hangs up; that it may fail to changes nothing
      throw new Unavailable("answered with too much");
    }
    read.push(...next.value);
  }
  return Uint8Array.from(read);
}

/** A deadline that begins now: `over` rejects when it is reached, also where `fetch` does not listen to `signal`. */
function startDeadline(seconds: number) {
  const controller = new AbortController();
  const over = new Promise<never>((_, reject) =>
    controller.signal.addEventListener("abort", () => reject(new Unavailable("no answer in time")), { once: true }),
  );
  const timer = setTimeout(() => controller.abort(), seconds * 1000);
  return { signal: controller.signal, over, end: () => clearTimeout(timer) };
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

import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import * as http from "node:http";
import * as https from "node:https";
import { Webhook } from "standardwebhooks";
import { codeOf } from "../../../db/error-code";
import { mayReach } from "./addresses";
import type { Endpoint } from "./settings";

/** A webhook as it is sent. */
export interface Message {
  id: string;
  body: string;
  /** Which try this is, from 1. */
  tries: number;
}

/** The longest that a try takes: the name, the connection, the answer. */
const longestMilliseconds = 5000;

/**
 * Posts a message to an endpoint, signed by each of its secrets as Standard Webhooks asks for. Undefined once the
 * receiver has answered with a 2xx; else why not, in a few words. No redirect is followed, no proxy of the environment
 * is used, and nothing of the answer is read but its status.
 */
export async function post(endpoint: Endpoint, message: Message): Promise<string | undefined> {
  const signal = AbortSignal.timeout(longestMilliseconds);
  try {
    const status = await inTime(signal, exchange(endpoint, message, signal));
    if (status >= 200 && status < 300) return undefined;
    return status >= 300 && status < 400 ? `redirected (${status})` : `answered ${status}`;
  } catch (error) {
    return signal.aborted ? "took too long" : reasonOf(error);
  }
}

/** Rejects when the signal is given: looking up a name cannot be broken off. */
function inTime<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(new Error("It took too long.")));
  return Promise.race([work, late]);
}

/** The status of the answer: of the first of its addresses that gives one. To some of them no way may lead. */
async function exchange(endpoint: Endpoint, message: Message, signal: AbortSignal): Promise<number> {
  let failure: unknown;
  for (const address of await addressesOf(endpoint, message.tries)) {
    try {
      return await ask(address, { endpoint, message, signal });
    } catch (error) {
      failure = error;
      if (signal.aborted) break;
    }
  }
  throw failure;
}

interface Asking {
  endpoint: Endpoint;
  message: Message;
  signal: AbortSignal;
}

/** The same of one address. */
function ask(address: LookupAddress, { endpoint, message, signal }: Asking): Promise<number> {
  const { url } = endpoint;
  const { request } = url.protocol === "https:" ? https : http;
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      method: "POST",
      headers: headersOf(endpoint, message),
      agent: false, // a connection of its own, to the very address that was checked
      lookup: (_host, _options, use) => use(null, [address]),
      rejectUnauthorized: true,
      signal,
    });
    asked.on("error", reject);
    asked.on("response", (answer) => {
      answer.on("error", () => undefined); // what is left of it is of no interest
      resolve(answer.statusCode ?? 0);
      asked.destroy();
    });
    asked.end(message.body);
  });
}

/** No receiver, and none that it may be. */
class NotAllowed extends Error {}

/**
 * The addresses to connect to, one after the other. All that the name leads to must be allowed, so that none is reached
 * by trying often; with each try another one is the first.
 */
async function addressesOf({ url, reach }: Endpoint, tries: number): Promise<LookupAddress[]> {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const found = await lookup(host, { all: true, order: "ipv4first" });
  if (found.length === 0 || !found.every(({ address }) => mayReach(address, reach))) throw new NotAllowed();
  const first = (tries - 1) % found.length;
  return [...found.slice(first), ...found.slice(0, first)];
}

function headersOf({ secrets }: Endpoint, { id, body }: Message): Record<string, string> {
  const now = new Date();
  return {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    "user-agent": "Gatehouse",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(" "),
  };
}

/** In words of our own: what the other side says may be anything. */
function reasonOf(error: unknown): string {
  if (error instanceof NotAllowed) return "private address";
  const code = codeOf(error) ?? "";
  if (/^(ENOTFOUND|EAI_|DNS_)/.test(code)) return "no such host";
  return /CERT|TLS|SSL|SIGNATURE/.test(code) ? "certificate" : "no connection";
}

/** What can be set, checked when the program starts rather than when somebody calls. */

/** What `createGatehouse` takes. What is undefined, as a variable of the environment that is not set, is left out. */
export interface Options {
  /** Where this program reaches Gatehouse; an internal name will do: `http://gatehouse:3000`. */
  url: string;
  /**
   * Pages that may act in a visitor's name here (POST and the like, WebSockets), this program's own included, as
   * browsers name them: `https://docs.example.com`. None by default: then only reading is possible.
   */
  allowedOrigins?: readonly string[] | undefined;
  /** The address that visitors know, when it is another than `url`; it is named in refusals. */
  publicUrl?: string | undefined;
  /**
   * Where visitors come back to after they signed in or proved who they are. Its origin must be among Gatehouse's
   * TRUSTED_ORIGINS.
   */
  returnTo?: string | undefined;
  /** Reads may be answered from memory for this long, at most 5 seconds: so long a sign-out may go unseen. */
  cacheSeconds?: number | undefined;
  /**
   * One of the keys in Gatehouse's GATEHOUSE_BACKEND_KEY: reads are answered from memory while Gatehouse tells what
   * changed, never later than two seconds after it did.
   */
  liveKey?: string | undefined;
  /** How long to wait for Gatehouse before it cannot be known who is calling; 0.8 seconds, and at most 5. */
  deadlineSeconds?: number | undefined;
  /** What asks instead of the global `fetch`: for an authority of your own, or a binding of Workers. */
  fetch?: ((input: string, init: RequestInit) => Promise<Response>) | undefined;
  /** Is told of each failure and each refused write, in a line without a cookie; `console.warn` by default. */
  log?: ((line: string) => void) | undefined;
}

/** The options with everything filled in. */
export interface Settings {
  url: string;
  publicUrl: string;
  allowedOrigins: ReadonlySet<string>;
  returnTo: string | undefined;
  cacheSeconds: number | undefined;
  liveKey: string | undefined;
  deadlineSeconds: number;
  /** The one that was given. */
  fetch: Options["fetch"] | undefined;
  log(line: string): void;
}

const known: Record<keyof Options, true> = {
  ...{ url: true, allowedOrigins: true, publicUrl: true, returnTo: true },
  ...{ cacheSeconds: true, liveKey: true, deadlineSeconds: true, fetch: true, log: true },
};

/** The settings that options ask for. Throws TypeError, with an option's name and what to write, where one is wrong. */
export function checkedSettings(options: Options): Settings {
  refuseUnknown(options, known);
  const { url, publicUrl = url, allowedOrigins = [], returnTo, cacheSeconds, liveKey } = options;
  checkMemory(options);
  const { deadlineSeconds = 0.8, fetch, log = (line: string) => console.warn(line) } = options;
  checkRange(deadlineSeconds, "deadlineSeconds");
  checkFunctions({ fetch, log });
  checkReturnTo(returnTo);
  return {
    url: addressIn(url, "url"),
    publicUrl: addressIn(publicUrl, "publicUrl"),
    allowedOrigins: originsIn(allowedOrigins),
    ...{ returnTo, cacheSeconds, liveKey, deadlineSeconds, fetch, log: neverFailing(log) },
  };
}

/** A log that fails, at once or in a promise, must neither end the program nor decide who is let in. */
function neverFailing(log: (line: string) => void): (line: string) => void {
  return (line) =>
    void new Promise<void>((resolve) => resolve(log(line)))
      .catch((error) => console.error(`log: ${error}, when it was told: ${line}`))
      .catch(() => {}); // the console fails too: there is nobody left to tell
}

/** Throws TypeError for a name that means nothing here: a misspelt one would go unheard. */
export function refuseUnknown(given: object, known: Record<string, unknown>): void {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(known, name));
  if (unknown.length > 0) throw new TypeError(`There is no ${unknown.join(", ")}. Known: ${Object.keys(known)}.`);
}

function originsIn(origins: readonly string[]): ReadonlySet<string> {
  if (!Array.isArray(origins)) throw new TypeError(`allowedOrigins is a list: write ["${origins}"].`);
  return new Set(origins.map((origin) => originIn(origin, "allowedOrigins")));
}

/** An address that a slash may end. */
const addressIn = (address: unknown, name: string) =>
  originIn(typeof address === "string" ? address.replace(/\/$/, "") : address, name);

/** Names in a container network have `_`. */
const shape = /^https?:\/\/([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[1-9]\d{0,4})?$/;

/** An origin as browsers write it, to be compared letter by letter. */
function originIn(text: unknown, name: string): string {
  if (typeof text === "string" && isOrigin(text)) return text;
  throw new TypeError(
    `${name}: ${JSON.stringify(text)} is no origin. Write scheme, host and, unless it is the usual one, port, in ` +
      "small letters, and nothing after them: https://docs.example.com",
  );
}

function isOrigin(text: string): boolean {
  const host = shape.exec(text)?.[1];
  return Boolean(host?.split(".").every(Boolean)) && URL.canParse(text) && new URL(text).origin === text;
}

/** A key as Gatehouse takes it. */
const key = /^(?=.{32})[A-Za-z0-9._~+/-]+=*$/;

function checkMemory({ cacheSeconds, liveKey }: Options) {
  if (cacheSeconds !== undefined) checkRange(cacheSeconds, "cacheSeconds");
  if (liveKey === undefined) return;
  if (cacheSeconds !== undefined)
    throw new TypeError("liveKey, cacheSeconds: choose one. With a key there is no need to see a sign-out late.");
  if (typeof liveKey !== "string" || !key.test(liveKey))
    throw new TypeError(
      "liveKey: write one of the keys in Gatehouse's GATEHOUSE_BACKEND_KEY, 32 or more random bytes, without blanks " +
        "or the end of a line.",
    );
}

function checkFunctions(functions: Record<string, unknown>) {
  for (const [name, given] of Object.entries(functions))
    if (given !== undefined && typeof given !== "function") throw new TypeError(`${name}: write a function.`);
}

/** What Gatehouse would lead back to: an address, or a path of its own. */
const wayBack = /^(https?:\/\/[^\s\\/?#@]+([/?#][^\s\\]*)?|\/(?!\/)[^\s\\]*)$/;

function checkReturnTo(place: unknown) {
  if (place === undefined) return;
  if (typeof place === "string" && wayBack.test(place) && (place.startsWith("/") || URL.canParse(place))) return;
  throw new TypeError(
    `returnTo: ${JSON.stringify(place)} is no place to come back to. Write an address, as in ` +
      "https://docs.example.com/notes, or a path of Gatehouse's own, without blanks.",
  );
}

const longestSeconds = 5;

function checkRange(seconds: number, name: string) {
  if (typeof seconds !== "number" || !(seconds > 0 && seconds <= longestSeconds))
    throw new TypeError(
      `${name}: ${seconds} is out of range. Choose more than 0 and at most ${longestSeconds} seconds.`,
    );
}

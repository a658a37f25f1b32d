/** What is read from a request: Gatehouse's own cookies, the page it comes from, its id. */

/** A `Request`, or whatever has a method and `Headers`, such as `{ method: "GET", headers: await headers() }`. */
export interface WebRequest {
  readonly method?: string | undefined;
  readonly headers: { get(name: string): string | null };
}

/** A request of Node's `http`, which those of Express, Fastify and Next's pages are too. Names in small letters. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** A request of any kind that can be asked about. */
export type AnyRequest = WebRequest | NodeRequest;

/** The names of the session cookie: on one host over https, shared by sub-domains over https, over http. */
const sessionCookies: ReadonlySet<string> = new Set([
  "__Host-better-auth.session_token",
  "__Secure-better-auth.session_token",
  "better-auth.session_token",
]);

/** A part of each of these names. */
const mark = "session_token";

/** In bytes: no browser keeps a longer one, and Gatehouse's own has about a hundred. */
const longestValue = 4096;
const sendable = /^[!-~]+$/; // counting in it takes twice the time
const takeableId = /^[A-Za-z0-9_-]{8,64}$/;
const safeMethods: ReadonlySet<string | undefined> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/**
 * The session cookies of a `Cookie` header as they came, ready to be forwarded; undefined when there is none that could
 * be one.
 *
 * Everything else stays here: other programs' cookies are none of Gatehouse's business. Nothing is decoded, only space
 * and tab are white space, and of two cookies with one name neither counts, exactly as Gatehouse reads them.
 */
export function ownCookies(header = ""): string | undefined {
  const found = new Map<string, string>();
  // Only the pairs that have it are looked at: most cookies of a browser are other programs'.
  for (let at = header.indexOf(mark), end = 0; at >= 0; at = header.indexOf(mark, end)) {
    const start = header.lastIndexOf(";", at) + 1;
    const semicolon = header.indexOf(";", at);
    end = semicolon < 0 ? header.length : semicolon;
    const pair = header.slice(start, end);
    const equals = pair.indexOf("=");
    const name = equals < 0 ? "" : trimmed(pair, 0, equals);
    if (sessionCookies.has(name)) found.set(name, found.has(name) ? twice : trimmed(pair, equals + 1, pair.length));
  }
  let own = "";
  for (const [name, value] of found) if (isSendable(value)) own += `${own && "; "}${name}=${value}`;
  return own || undefined;
}

const isSendable = (value: string) => value.length <= longestValue && sendable.test(value);

/** Stands for two values: it is none that could be sent. */
const twice = "";

/** A part of a text without space and tab at its ends. By hand: `/[ \t]+$/` takes seconds for a header of spaces. */
function trimmed(text: string, from: number, to: number): string {
  let [start, end] = [from, to];
  while (start < end && isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

const isBlank = (letter: string | undefined) => letter === " " || letter === "\t";

/** The session cookies that a request came with. */
export const cookiesOf = (request: AnyRequest): string | undefined => ownCookies(headerOf(request, "cookie"));

/** The page that a browser says the request comes from; two, with a comma between them, are no page. */
export const originOf = (request: AnyRequest): string | undefined => headerOf(request, "origin");

/** The id that the request came with, when Gatehouse would take it; else a new one. */
export const idOf = (request: AnyRequest): string => takeableOr(headerOf(request, "x-request-id"));

/** An id for a question: the given one, when Gatehouse would take it; else a new one. */
export const takeableOr = (id = ""): string => (takeableId.test(id) ? id : crypto.randomUUID().replaceAll("-", ""));

/**
 * Whether the request is of a kind that another site must not send in a visitor's name.
 *
 * Every method that is not known to be safe, and the handshake of every WebSocket: it carries the cookie from any page,
 * and unlike an answer to a script, what comes back over it is not kept from that page (cross-site hijacking).
 */
export const mayChangeSomething = (request: AnyRequest): boolean =>
  !safeMethods.has(request.method) || isWebSocket(headerOf(request, "upgrade"));

const isWebSocket = (upgrade: string | undefined) => upgrade !== undefined && /websocket/i.test(upgrade);

function headerOf(request: AnyRequest, name: string): string | undefined {
  if (isWebRequest(request)) return request.headers.get(name) ?? undefined;
  const value = request.headers[name];
  return value === undefined || typeof value === "string" ? value : value.join(name === "cookie" ? "; " : ", ");
}

const isWebRequest = (request: AnyRequest): request is WebRequest => typeof request.headers.get === "function";

/** The one object a program makes: it knows where Gatehouse is, and tells who is calling. */

import { type Desk, openDesk } from "./desk.js";
import { type Answer, type Caller, isThere, Unavailable } from "./caller.js";
import { checkedSettings, type Options, refuseUnknown, type Settings } from "./options.js";
import { type RefusalCode, Refused } from "./refused.js";
import { type AnyRequest, cookiesOf, idOf, mayChangeSomething, originOf, ownCookies, takeableOr } from "./request.js";

/** What may be asked for beyond a name. */
export interface Demands {
  /** The last proof is recent: for what matters. */
  fresh?: boolean | undefined;
  /** The address is known to be theirs. */
  emailVerified?: boolean | undefined;
  /** A second factor was proved besides the password. */
  secondFactor?: boolean | undefined;
  /** They have exactly this role. Never undefined, which a variable that is missing by mistake is. */
  role?: string;
}

/** How `ask` may answer. */
export interface AskOptions {
  /** From memory, where there is one: for what only reads. */
  fromMemory?: boolean | undefined;
}

/**
 * Tells who is calling, by asking Gatehouse with the visitor's own cookie.
 *
 * Fails closed: whatever goes wrong, the request is turned away with 503, never let in and never called signed out.
 */
export interface Gatehouse {
  /**
   * Who is calling, and throws Refused when nobody is. The handshake of a WebSocket is asked about too; the socket
   * lives longer than that look: ask again before what matters, and now and then.
   */
  check(request: AnyRequest): Promise<Caller>;
  /** The same, and throws Refused when more is asked for than they have; TypeError for a demand that is none. */
  require(request: AnyRequest, demands?: Demands): Promise<Caller>;
  /** Who is calling, or null for nobody; throws Refused for a write of another site, and when it cannot be known. */
  who(request: AnyRequest): Promise<Answer>;
  /**
   * Who has this `Cookie` header? Null for nobody, as where the request has no such header. Throws Unavailable when
   * that cannot be known. It sees no request: whoever lets somebody write by that compares `Origin` first.
   */
  ask(cookie: string | null | undefined, requestId?: string, options?: AskOptions): Promise<Answer>;
  /** Stops asking what changed, which `liveKey` does in the background. A later request begins it again. */
  close(): void;
}

/** Sets up, without sending anything. Throws TypeError when an option is not what it must be. */
export function createGatehouse(options: Options): Gatehouse {
  const settings = checkedSettings(options);
  const desk = openDesk(settings);
  const find = finder(settings, desk);
  const urls = urlsOf(settings);

  function meets(caller: Answer, demands: Demands): Caller {
    if (!caller) throw new Refused("no_session", { url: urls.no_session });
    const lacking = lackOf(caller, demands);
    if (lacking) throw new Refused(lacking, { url: urls[lacking] });
    return caller;
  }

  function atOnce(request: AnyRequest, demands: Demands = none): Caller | Promise<Caller> {
    if (demands !== none) checkDemands(demands);
    const found = find(request, !(demands.fresh || demands.secondFactor));
    return isThere(found) ? meets(found, demands) : found.then((caller) => meets(caller, demands));
  }

  const require: Gatehouse["require"] = async (request, demands) => atOnce(request, demands);
  atOnceOf.set(require, atOnce);

  return {
    check: async (request, ...more: unknown[]) => {
      refuseDemands(more);
      return atOnce(request);
    },
    require,
    who: async (request, ...more: unknown[]) => {
      refuseDemands(more);
      return find(request, true);
    },
    ask: async (cookie, requestId, { fromMemory = false } = {}) => {
      const own = ownCookies(cookie ?? undefined);
      if (own === undefined) return null;
      return desk.ask({ cookie: own, requestId: () => takeableOr(requestId), fromMemory });
    },
    close: () => desk.close(),
  };
}

type AtOnce = (request: AnyRequest, demands?: Demands) => Caller | Promise<Caller>;

/** By each `require`; one that somebody wrote themselves is not among them. */
const atOnceOf = new WeakMap<Gatehouse["require"], AtOnce>();

/**
 * Whom `gatehouse.require` finds, for an adapter: without a promise where memory answers, because one more for each
 * request is felt. Throws or rejects as it does.
 */
export function requireAtOnce(gatehouse: Gatehouse, request: AnyRequest, demands?: Demands): Caller | Promise<Caller> {
  const atOnce = atOnceOf.get(gatehouse.require);
  return atOnce ? atOnce(request, demands) : gatehouse.require(request, demands);
}

/** Finds who is calling, at once in memory; throws Refused for a write of another site, and for whatever goes wrong. */
function finder(settings: Settings, desk: Desk) {
  function callerOf(request: AnyRequest, fromMemory: boolean): Answer | Promise<Answer> {
    const cookie = cookiesOf(request);
    if (cookie === undefined) return null;
    const changes = mayChangeSomething(request);
    if (changes) refuseStrangers(request, settings);
    return desk.ask({ cookie, requestId: () => idOf(request), fromMemory: fromMemory && !changes });
  }

  function refuse(error: unknown): never {
    if (error instanceof Refused) throw error;
    throw new Refused("unavailable", { cause: asUnavailable(error, settings) });
  }

  return (request: AnyRequest, fromMemory: boolean): Answer | Promise<Answer> => {
    try {
      const answer = callerOf(request, fromMemory);
      return isThere(answer) ? answer : answer.catch(refuse);
    } catch (error) {
      return refuse(error);
    }
  };
}

const none: Demands = Object.freeze({});

const known: Record<keyof Demands, true> = { fresh: true, emailVerified: true, secondFactor: true, role: true };

/** Throws TypeError for a demand that would go unheard: misspelt, or a role that is undefined by a slip. */
export function checkDemands(demands: Demands = none): void {
  if (!isPlain(demands)) throw new TypeError('Demands are a plain object: write { role: "admin" }.');
  refuseUnknown(demands, known);
  const { role, ...yesOrNo } = demands;
  if ("role" in demands && (typeof role !== "string" || role === "")) throw new TypeError("role: write its name.");
  for (const [name, value] of Object.entries(yesOrNo))
    if (value !== undefined && typeof value !== "boolean") throw new TypeError(`${name}: write true or false.`);
}

/**
 * What `signedIn` is given. Throws TypeError unless there is a Gatehouse: a framework that is handed `signedIn` without
 * its brackets calls it with a request, and may take the function that comes back for a yes.
 */
export function checkUse(gatehouse: Gatehouse, demands?: Demands): void {
  if (typeof gatehouse?.require !== "function")
    throw new TypeError("signedIn: write signedIn(gatehouse), with what createGatehouse gave.");
  checkDemands(demands);
}

/** Throws TypeError for demands where none are heard. What else comes behind a request is a framework's. */
function refuseDemands([demands]: unknown[]): void {
  if (typeof demands === "object" && demands !== null && isPlain(demands))
    throw new TypeError('Only require asks for more: write gatehouse.require(request, { role: "admin" }).');
}

/** Whether it is `{ … }`, of any realm: the entries of a list or a Map have no names here, and would go unheard. */
function isPlain(demands: object): boolean {
  const prototype = Object.getPrototypeOf(demands);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The first of the demands that a caller does not meet. */
function lackOf({ user, session }: Caller, { fresh, emailVerified, secondFactor, role }: Demands) {
  if (role !== undefined && !user.roles.includes(role)) return "role_needed";
  if (emailVerified && !user.emailVerified) return "email_not_verified";
  if (secondFactor && session.factors < 2) return "second_factor_needed";
  if (fresh && !session.fresh) return "proof_needed";
  return undefined;
}

/** Where a visitor can change why they are turned away. */
function urlsOf({ publicUrl, returnTo }: Settings): Partial<Record<RefusalCode, string>> {
  const back = returnTo ? `?return_to=${encodeURIComponent(returnTo)}` : "";
  return {
    no_session: `${publicUrl}/sign-in${back}`,
    email_not_verified: `${publicUrl}/verify-email${back}`,
    second_factor_needed: `${publicUrl}/account/security/second-factor`,
    // A fresh proof is a fresh sign-in.
    proof_needed: `${publicUrl}/sign-out?return_to=${encodeURIComponent(`/sign-in${back}`)}`,
  };
}

/**
 * Stops pages of other sites that let the visitor's browser send its cookie along (cross-site request forgery).
 *
 * `SameSite=Lax` does not: it takes each sub-domain for the same site. Every browser says where a write comes from, so
 * one that does not say it is refused too.
 */
function refuseStrangers(request: AnyRequest, { allowedOrigins, log }: Settings) {
  const origin = originOf(request);
  if (origin !== undefined && allowedOrigins.has(origin)) return;
  log(`Refused a write from origin ${JSON.stringify(origin?.slice(0, 200))}: not in allowedOrigins`);
  throw new Refused("cross_site");
}

/** What is no Unavailable is a fault of this package, or no request: the log tells where. */
function asUnavailable(error: unknown, { log }: Settings): Unavailable {
  if (error instanceof Unavailable) return error;
  log(`Could not ask Gatehouse: ${error instanceof Error ? error.stack : String(error)}`);
  return new Unavailable("could not ask", { cause: error });
}

import type { Log, RequestFacts } from "../process/log";
import { cannotKnow, nobody, oneFactorOnly, unknownDemand, withoutRole } from "./answers";
import type { SessionCheck } from "./check";
import type { SignedIn } from "./signed-in";

interface ForwardAuthDeps {
  check: SessionCheck;
  /** The URL of the sign-in page for a visitor of the proxy; it leads back to what was asked for, where allowed. */
  signInUrl(visit: ProxiedVisit): string;
  /** Where a user sets up a second factor; without it nobody can. */
  secondFactorUrl?: string;
  log: Log;
}

/** What the edge knows of a request that a reverse proxy sent. */
export interface ProxiedVisit {
  request: Request;
  facts: RequestFacts;
  /** The URL that the visitor asked the proxy for. */
  forwardedUrl?: string;
}

/** Answers a reverse proxy. */
export type ForwardAuth = (visit: ProxiedVisit) => Promise<Response>;

/**
 * What a reverse proxy asks before it lets a request through: 204 with who it is, 302 to the sign-in page for a
 * browser, 401 for a program, 503 when it cannot be known. With `?factors=2`, whoever proved one factor is led to where
 * a second is set up, or answered with 403; with `?role=admin`, whoever lacks that role gets 403. Where it cannot be
 * read what is demanded, everybody does. Only 204 means yes. Never a token, never a cookie.
 */
export function createForwardAuth({ check, signInUrl, secondFactorUrl, log }: ForwardAuthDeps): ForwardAuth {
  const redirectTo = (location: string) => new Response(null, { status: 302, headers: { ...proxyHeaders, location } });
  return async (visit) => {
    const { request, facts } = visit;
    if (isOpenedInBrowser(visit)) return redirectTo(signInUrl(visit));
    const demand = demandIn(new URL(request.url).searchParams);
    if (!demand) return unknownDemand(proxyHeaders);
    try {
      const signedIn = await check(request.headers.get("cookie"));
      if (signedIn && !hasRole(signedIn, demand)) return withoutRole(proxyHeaders);
      const isEnough = signedIn !== null && signedIn.session.factors >= demand.factors;
      if (isEnough) return new Response(null, { status: 204, headers: { ...proxyHeaders, ...identity(signedIn) } });
      const location = signedIn ? secondFactorUrl : signInUrl(visit);
      if (location && isVisit(request)) return redirectTo(location);
      return signedIn ? oneFactorOnly(proxyHeaders) : nobody(proxyHeaders);
    } catch (error) {
      log("error", "session.unknown", { error, ...facts });
      return cannotKnow(proxyHeaders);
    }
  };
}

/** On every answer to a reverse proxy. */
export const proxyHeaders = { "cache-control": "no-store", vary: "Cookie, Accept" };

/** What is demanded of whoever is let through, besides a session. */
interface Demand {
  factors: number;
  role?: string | undefined;
}

/**
 * What a proxy demands by the address it asks. Undefined where a demand is misspelt or there twice, or the number is
 * none: what goes unheard by a slip of the pen lets everybody in. Other names are no demands: Caddy passes the query of
 * the visitor on where its configuration has none.
 */
function demandIn(asked: URLSearchParams): Demand | undefined {
  const [factors = "1", ...moreFactors] = asked.getAll("factors");
  const [role, ...moreRoles] = asked.getAll("role");
  const isOnce = moreFactors.length === 0 && moreRoles.length === 0;
  const isReadable = isOnce && !asked.keys().some(isMisspelt) && /^[12]$/.test(factors);
  return isReadable ? { factors: Number(factors), role } : undefined;
}

/** By its letters, as `roles`, `Role` and `role[]` are, and `amp;role`, which comes of `&amp;role`. */
const isMisspelt = (name: string) =>
  name !== "role" && name !== "factors" && /^(amp)?(roles?|factors?)$/.test(name.toLowerCase().replace(/[^a-z]/g, ""));

const hasRole = ({ user }: SignedIn, { role }: Demand) => role === undefined || user.roles.includes(role);

function identity({ user }: SignedIn): Record<string, string> {
  return {
    "x-user-id": encoded(user.id),
    "x-user-email": encoded(user.email),
    "x-user-email-verified": String(user.emailVerified),
    "x-user-roles": user.roles.join(" "), // never left out: Caddy would copy the name of its placeholder
  };
}

/**
 * Text that a header can carry: what is not printable ASCII is percent-encoded, and the percent sign with it, so that
 * no two addresses come out alike and no line break begins another header.
 */
const encoded = (text: string) => text.toWellFormed().replace(/[^!-$&-~]/gu, encodeURIComponent);

/**
 * Whether a browser was led to this very address, and asks for no proxy. It is told nothing: from a 204, at which it
 * stays where it is, any website would see who of its visitors is signed in here, and has a role (XS-leak).
 */
const isOpenedInBrowser = ({ request, forwardedUrl }: ProxiedVisit): boolean =>
  request.headers.get("sec-fetch-mode") === "navigate" &&
  isVisit(request) &&
  !request.headers.has("x-forwarded-method") &&
  forwardedUrl === undefined;

/** Whether a browser asks for a page, and can be redirected to sign in; a program gets the 401. */
function isVisit({ headers, method }: Request): boolean {
  const asked = headers.get("x-forwarded-method") ?? method; // what the visitor sent to the proxy
  return (asked === "GET" || asked === "HEAD") && /\btext\/html\b/i.test(headers.get("accept") ?? "");
}

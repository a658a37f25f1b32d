import type { Log } from "../process/log";
import { cannotKnow, nobody } from "./answers";
import type { SessionCheck } from "./check";
import type { SignedIn } from "./signed-in";

interface ForwardAuthDeps {
  check: SessionCheck;
  /** The URL of the sign-in page for a visitor of the proxy; it leads back to what was asked for, where allowed. */
  signInUrl(visit: ProxiedVisit): string;
  log: Log;
}

/** What the edge knows of a request that a reverse proxy sent. */
export interface ProxiedVisit {
  request: Request;
  requestId: string;
  /** The URL that the visitor asked the proxy for. */
  forwardedUrl?: string;
}

/** Answers a reverse proxy. */
export type ForwardAuth = (visit: ProxiedVisit) => Promise<Response>;

/**
 * What a reverse proxy asks before it lets a request through: 204 with who it is, 302 to the sign-in page for a
 * browser, 401 for a program, 503 when it cannot be known. Only 204 means yes. Never a token, never a cookie.
 */
export function createForwardAuth({ check, signInUrl, log }: ForwardAuthDeps): ForwardAuth {
  return async (visit) => {
    const { request, requestId } = visit;
    try {
      const signedIn = await check(request.headers.get("cookie"));
      if (signedIn) return new Response(null, { status: 204, headers: { ...commonHeaders, ...identity(signedIn) } });
      if (!isVisit(request)) return nobody(commonHeaders);
      return new Response(null, { status: 302, headers: { ...commonHeaders, location: signInUrl(visit) } });
    } catch (error) {
      log("error", "session.unknown", { error, request: requestId });
      return cannotKnow(commonHeaders);
    }
  };
}

const commonHeaders = { "cache-control": "no-store", vary: "Cookie, Accept" };

function identity({ user }: SignedIn): Record<string, string> {
  return {
    "x-user-id": encoded(user.id),
    "x-user-email": encoded(user.email),
    "x-user-email-verified": String(user.emailVerified),
  };
}

/**
 * Text that a header can carry: what is not printable ASCII is percent-encoded, and the percent sign with it, so that
 * no two addresses come out alike and no line break begins another header.
 */
const encoded = (text: string) => text.toWellFormed().replace(/[^!-$&-~]/gu, encodeURIComponent);

/** Whether a browser asks for a page, and can be redirected to sign in; a program gets the 401. */
function isVisit({ headers, method }: Request): boolean {
  const asked = headers.get("x-forwarded-method") ?? method; // what the visitor sent to the proxy
  return (asked === "GET" || asked === "HEAD") && /\btext\/html\b/i.test(headers.get("accept") ?? "");
}

/** How a request is turned away: 401, 403 or 503, with a code for programs and a sentence for people. */

const reasons = {
  no_session: [401, "Sign in first."],
  cross_site: [403, "This page may not act in your name here."],
  email_not_verified: [403, "Confirm your email address first."],
  proof_needed: [403, "Prove once more that it is you."],
  second_factor_needed: [403, "Set up two-step sign-in first."],
  role_needed: [403, "Your account doesn’t have the role that this needs."],
  unavailable: [503, "It cannot be known right now who is signed in. Try again shortly."],
} as const;

/** Why a request is turned away. */
export type RefusalCode = keyof typeof reasons;

/** The body of the answer, as in the session API. */
export interface RefusalBody {
  error: { code: RefusalCode; message: string; url?: string };
}

/**
 * The request is not let in. `code` says why; `url`, where there is one, is where the visitor can change that.
 *
 * Thrown out of a handler it is answered as it should be by Express, Fastify, Hono and Elysia, each of which looks for
 * some of these names in an error; everywhere else `toResponse()` is the answer.
 */
export class Refused extends Error {
  override name = "Refused";
  readonly code: RefusalCode;
  readonly status: number;
  readonly statusCode: number;
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: RefusalCode, { url, cause }: { url?: string | undefined; cause?: unknown } = {}) {
    const [status, message] = reasons[code];
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.statusCode = status;
    this.url = url;
    const retry = code === "unavailable" ? { "Retry-After": "1" } : undefined;
    this.headers = { "Cache-Control": "no-store", Vary: "Cookie, Origin", ...retry };
  }

  /** What to send as JSON, with `status` and `headers`. */
  get body(): RefusalBody {
    const { code, message, url } = this;
    return { error: { code, message, ...(url !== undefined && { url }) } };
  }

  /** The whole answer; a new one each time. */
  toResponse(): Response {
    return Response.json(this.body, { status: this.status, headers: this.headers });
  }

  /** The same, by the name that Hono asks for. */
  getResponse(): Response {
    return this.toResponse();
  }
}

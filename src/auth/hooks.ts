import { APIError, createAuthMiddleware } from "better-auth/api";
import { firstProblem } from "../http/form";
import type { Problem } from "../http/problem";
import { safeReturnTo } from "../http/return-to";
import type { Visit } from "../http/visit";
import type { Refused } from "../result";
import type { Config } from "../settings/config";
import { deviceOf } from "../account/devices";
import { currentCall, type AuthCall } from "./call";
import { endpoints, type Answered, type AuthEndpoint } from "./endpoints";
import type { AuthServices } from "./services";

/** What surrounds Better Auth's endpoints, for every way in: the pages and the programs that call its API. */

/**
 * Checks what people may choose, as the pages do before, to name the field; and whether they may try at all. Hashing
 * happens here, before the endpoint opens its transaction, so that no database connection waits for a hash.
 */
export function beforeEndpoint(services: AuthServices) {
  const { config, calls } = services;
  return createAuthMiddleware(async ({ path, body }) => {
    const { body: schemaOf, before }: AuthEndpoint = endpoints[path] ?? {};
    const call = currentCall(calls);
    const fail = (error: unknown) => {
      call.failure = error; // whoever judges passwords, or hashes them, is too busy
      throw error;
    };
    const schema = await schemaOf?.(services, call);
    const checked = await schema?.safeParseAsync(body).catch(fail);
    if (checked && !checked.success) throw refuse(call, firstProblem(checked.error));
    // Whatever is refused for what it is, is refused before the next line: from there on tries are counted.
    const valid = checked && { ...body, ...checked.data, ...safeCallback(body, config) };
    const begun = await before?.(services, call, valid ?? body).catch(fail);
    if (begun && !begun.ok) throw refuse(call, begun);
    return valid && { context: { body: valid } }; // what was checked is what is used
  });
}

/** Better Auth repeats `callbackURL` as it came; other parsers than a browser's could be led astray by it. */
function safeCallback({ callbackURL }: { callbackURL?: unknown }, config: Config) {
  if (callbackURL === undefined) return {};
  const target = typeof callbackURL === "string" ? safeReturnTo(callbackURL, config) : undefined;
  if (target === undefined)
    throw new APIError("BAD_REQUEST", { code: "INVALID_CALLBACK_URL", message: "callbackURL leads elsewhere." });
  return { callbackURL: target };
}

/** Notes on the call why it is refused, and gives the error that tells programs the same. */
function refuse(call: AuthCall, refusal: Refused): APIError {
  call.refused = refusal;
  const { problem, retryAfterSeconds } = refusal;
  const message = sentenceFor(refusal, call.visit);
  if (problem === "wrong_credentials") return new APIError("UNAUTHORIZED", { code: wrongCredentialsCode, message });
  const code = problem.toUpperCase();
  if (retryAfterSeconds === undefined) return new APIError("BAD_REQUEST", { code, message });
  return new APIError("TOO_MANY_REQUESTS", { code, message }, { "retry-after": String(retryAfterSeconds) });
}

/** Better Auth's own word for it. */
const wrongCredentialsCode = "INVALID_EMAIL_OR_PASSWORD";

function sentenceFor({ problem, retryAfterSeconds }: Problem, { words }: Visit): string {
  const sentence = words.problems[problem];
  return retryAfterSeconds === undefined ? sentence : `${sentence} ${words.waitFor(retryAfterSeconds)}`;
}

/** Completes what an endpoint did, or notes that it refused. */
export function afterEndpoint(services: AuthServices) {
  return createAuthMiddleware(async (endpoint) => {
    const after = endpoints[endpoint.path]?.after;
    if (!after) return;
    const call = currentCall(services.calls);
    const completed = await after(services, call, answeredBy(endpoint));
    if (completed && !completed.ok) throw refuse(call, completed);
    // A browser without a device cookie gets one, for a known address too: the answers are the same.
    const { cookie } = deviceOf(call.visit, services);
    if (cookie && completed) endpoint.setHeader("set-cookie", cookie);
  });
}

type Endpoint = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0];

function answeredBy({ context, body }: Endpoint): Answered {
  const { newSession, returned } = context;
  return {
    body,
    returned,
    made: newSession
      ? { userId: newSession.user.id, sessionId: newSession.session.id, token: newSession.session.token }
      : undefined,
  };
}

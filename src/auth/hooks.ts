import { APIError, createAuthMiddleware } from "better-auth/api";
import { sql } from "drizzle-orm";
import { z, type ZodType } from "zod";
import { withDeadline } from "../../db/deadline";
import { rowsOf } from "../../db/transaction";
import { deviceOf } from "../account/devices";
import { record } from "../account/events";
import { beginSignIn, completeSignIn, noteRefusal } from "../account/sign-in";
import { beginSignUp, completeSignUp } from "../account/sign-up";
import { safeReturnTo } from "../http/return-to";
import type { AuthNeeds } from "./needs";
import { clientOf } from "../http/client";
import type { Config } from "../settings/config";
import { credentials, newAccount, profileChange, sessionWish } from "../guard/fields";
import { wordsOf } from "../http/language";
import { isLegacyHash } from "../guard/password";
import type { TurnedAway } from "../guard/throttle";

/** What surrounds Better Auth's endpoints, for every way in: the pages and the programs that call its API. */

/**
 * Checks what people may choose, as the pages do before, to name the field; and whether they may try at all. Hashing
 * happens here, before the endpoint opens its transaction, so that no database connection waits for a hash.
 */
export function beforeEndpoint(needs: AuthNeeds) {
  const { config, passwords, strength, calls } = needs;
  const schemas = new Map<unknown, ZodType<object>>([
    ["/sign-in/email", credentials.and(sessionWish)],
    ["/sign-up/email", newAccount(config.brand.name, strength).and(sessionWish)],
    ["/update-user", profileChange],
  ]);
  return createAuthMiddleware(async ({ path, body, headers: given }) => {
    const headers = given ?? new Headers();
    const checked = await schemas.get(path)?.safeParseAsync(body);
    if (!checked) return;
    if (!checked.success) throw refusal(String(checked.error.issues[0]?.message), headers);
    // Whatever is refused for what it is, is refused here: from the next line on tries are counted.
    const callback = safeCallback(body, config);
    const call = calls.getStore();
    const valid: { email?: string; password?: string } = checked.data;
    if (path === "/sign-up/email") throwIfHeldUp(await beginSignUp(needs, clientOf(headers)), headers);
    if (call && path === "/sign-up/email")
      call.prepared = { password: body.password, hash: await passwords.hash(body.password) };
    if (call && path === "/sign-in/email") {
      const begun = await beginSignIn(needs, { email: valid.email ?? "", client: clientOf(headers), headers });
      if ("problem" in begun) throwIfHeldUp(begun, headers);
      else call.tried = begun;
    }
    // What was checked is what is used.
    return { context: { body: { ...body, ...valid, ...callback } } };
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

function refusal(problem: string, headers: Headers) {
  const { problems } = wordsOf(clientOf(headers).language);
  const words: Record<string, string> = problems;
  return new APIError("BAD_REQUEST", { code: problem.toUpperCase(), message: words[problem] ?? problems.malformed });
}

function throwIfHeldUp(turnedAway: TurnedAway | undefined, headers: Headers) {
  if (!turnedAway) return;
  const { problem, retryAfterSeconds = 1 } = turnedAway;
  const words = wordsOf(clientOf(headers).language);
  const message = `${words.problems[problem]} ${words.waitFor(retryAfterSeconds)}`;
  throw new APIError(
    "TOO_MANY_REQUESTS",
    { code: problem.toUpperCase(), message },
    { "retry-after": String(retryAfterSeconds) },
  );
}

/** Completes what an endpoint did, or notes that it refused. */
export function afterEndpoint(needs: AuthNeeds) {
  return createAuthMiddleware(async (endpoint) => {
    const { context, path, body, headers } = endpoint;
    if (path === "/sign-in/email") return afterSignIn(needs, endpoint);
    if (context.returned instanceof Error) return;
    const client = () => clientOf(headers ?? new Headers());
    if (path === "/sign-up/email") await afterSignUp(needs, endpoint);
    const owner = context.session?.user.id;
    const kind = body?.image === null ? "picture_removed" : "name_changed";
    if (path === "/update-user" && owner)
      await record(needs.database.orm, { userId: owner }, { kind, client: client() });
  });
}

type Endpoint = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0];

/** Every answer gives a browser without one its device cookie, for a known address too: the answers are the same. */
async function afterSignUp(needs: AuthNeeds, endpoint: Endpoint) {
  const { context, body } = endpoint;
  const headers = endpoint.headers ?? new Headers();
  const device = deviceOf(headers, needs);
  await completeSignUp(
    needs,
    { email: body.email, password: body.password, userId: userIdIn(context.returned) },
    { client: clientOf(headers), device },
  );
  if (device.cookie) endpoint.setHeader("set-cookie", device.cookie);
}

/** The id in Better Auth's answer: for an address that has an account, it is made up. */
function userIdIn(returned: unknown): string {
  const { user } = z.object({ user: z.object({ id: z.string() }) }).parse(returned);
  return user.id;
}

async function afterSignIn(needs: AuthNeeds, endpoint: Endpoint) {
  const { calls } = needs;
  const { context, body } = endpoint;
  const { tried, verified, formerTokens = [] } = calls.getStore() ?? {};
  if (!tried) return;
  const { newSession } = context;
  if (!newSession) return noteRefusal(needs, tried);
  const { user, session } = newSession;
  const { dontRememberToken } = context.authCookies;
  const completed = await completeSignIn(needs, tried, {
    userId: user.id,
    token: session.token,
    formerTokens,
    verifiedHash: verified?.hash,
  });
  if (!completed)
    throw new APIError("UNAUTHORIZED", {
      code: "INVALID_EMAIL_OR_PASSWORD",
      message: wordsOf(tried.client.language).problems.wrong_credentials,
    });
  if (tried.device.cookie) endpoint.setHeader("set-cookie", tried.device.cookie);
  // Left over from an earlier sign-in, it would make this one end with the browser's session after all.
  if (body.rememberMe !== false && endpoint.getCookie(dontRememberToken.name))
    endpoint.setCookie(dontRememberToken.name, "", { ...dontRememberToken.attributes, maxAge: 0 });
  await upgradeHash(needs, endpoint);
}

/** Bound to the hash that was checked: a password that was changed meanwhile stays changed. */
async function upgradeHash({ calls, database, passwords, log }: AuthNeeds, { context }: Endpoint) {
  const { verified } = calls.getStore() ?? {};
  const owner = context.newSession?.user.id;
  if (!verified || !owner || !isLegacyHash(verified.hash)) return;
  try {
    const hash = await passwords.hash(verified.password);
    await withDeadline(
      rowsOf(
        database.orm,
        sql`update account set password = ${hash}, updated_at = now() where user_id = ${owner} and provider_id = 'credential' and password = ${verified.hash}`,
      ),
    );
  } catch (error) {
    log("error", "auth.upgrade", { error }); // the sign-in has succeeded, whatever becomes of the hash
  }
}

import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { betterAuth } from "better-auth/minimal";
import type { ZodType } from "zod";
import type { Database } from "../db/database";
import * as tables from "../db/tables";
import { english } from "../views/messages";
import { safeReturnTo } from "./address";
import type { AuthCalls } from "./auth-call";
import type { Config } from "./config";
import { honestStorage } from "./honest-storage";
import { credentials, newAccount, profileChange } from "./fields";
import type { Log } from "./log";
import { isLegacyHash, type Passwords } from "./password";
import { freshForMilliseconds } from "./session/api";

interface Needs {
  config: Config & { secret: string };
  database: Database;
  passwords: Passwords;
  calls: AuthCalls;
  log: Log;
}

const days = 24 * 60 * 60; // in seconds

/** The header in which the edge hands on the client's address; whatever a client sends under this name is replaced. */
export const clientAddressHeader = "x-client-ip";

/** Better Auth, with every option that matters written out. Reached only through the door. */
export function createAuth({ config, database, passwords, calls, log }: Needs) {
  return betterAuth({
    appName: config.brand.name,
    baseURL: config.origin,
    secret: config.secret,
    // A sign-up is two rows. Without a transaction a crash between them leaves an address nobody can ever use.
    database: honestStorage(drizzleAdapter(database.orm, { provider: "pg", schema: tables, transaction: true }), calls),
    trustedOrigins: [...config.trustedOrigins],
    telemetry: { enabled: false },
    emailAndPassword: emailAndPassword(passwords, calls),
    account: { encryptOAuthTokens: true, accountLinking: { disableImplicitLinking: true } },
    verification: { storeIdentifier: "hashed" }, // a stolen copy of the table opens nothing
    session,
    rateLimit,
    disabledPaths: ["/verify-password", "/update-session"], // and the door opens no path that is not on its own list
    hooks: { before: beforeEndpoint({ config, passwords, calls }), after: afterEndpoint({ passwords, calls, log }) },
    advanced: {
      ...cookieOptions(config),
      disableOriginCheck: false, // unset, a NODE_ENV of `test` would switch it off
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
      database: { validateSchema: false }, // compares two of our own files: that is for the tests, not for every start
      backgroundTasks: { handler: (task) => void task.catch((error) => log("error", "auth.background", { error })) },
    },
    onAPIError: { throw: true }, // else the router prints the error, statement and values included, and answers 500
    logger: { level: "warn", log: (level, message, ...facts) => logFromLibrary(log, level, message, facts) },
  });
}

const session = {
  expiresIn: 7 * days,
  updateAge: 1 * days,
  freshAge: freshForMilliseconds / 1000,
  cookieCache: { enabled: false }, // it would keep a revoked session alive until it runs out
};

const rateLimit = {
  enabled: true, // by default it is on only when NODE_ENV says production, and Bun sets no NODE_ENV
  storage: "memory" as const,
  customRules: {
    "/get-session": false as const, // one backend asks for all its visitors, from one address
    "/sign-in/email": { window: 10, max: 5 },
    "/sign-up/email": { window: 60, max: 10 },
  },
};

function emailAndPassword(passwords: Passwords, calls: AuthCalls) {
  return {
    enabled: true,
    autoSignIn: false, // with it, sign-up would tell everybody which addresses have an account
    minPasswordLength: 8, // `fields.ts` counts code points; these two count UTF-16 units and only back it up
    maxPasswordLength: 256,
    revokeSessionsOnPasswordReset: true,
    password: {
      hash: (password: string) => hashOnce(password, passwords, calls),
      verify: (stored: { hash: string; password: string }) => verifyAndNote(stored, passwords, calls),
    },
  };
}

export type Auth = ReturnType<typeof createAuth>;

/**
 * `__Host-` binds the cookie to this very host, so no sibling sub-domain can plant one. It cannot be shared, so with
 * COOKIE_DOMAIN the weaker `__Secure-` takes its place; plain http, which is this machine only, can have neither.
 */
function cookieOptions({ secure, cookieDomain }: Config) {
  if (cookieDomain) return { useSecureCookies: secure, crossSubDomainCookies: { enabled: true, domain: cookieDomain } };
  if (!secure) return { useSecureCookies: false };
  return { useSecureCookies: false, cookiePrefix: "__Host-better-auth", defaultCookieAttributes: { secure: true } };
}

/**
 * Checks what people may choose, for every way in: the pages check the same first, to name the field. Hashing happens
 * here, before the endpoint opens its transaction, so that no database connection waits for a hash.
 */
function beforeEndpoint({ config, passwords, calls }: Pick<Needs, "config" | "passwords" | "calls">) {
  const schemas = new Map<unknown, ZodType<object>>([
    ["/sign-in/email", credentials],
    ["/sign-up/email", newAccount(config.brand.name)],
    ["/update-user", profileChange],
  ]);
  return createAuthMiddleware(async ({ path, body }) => {
    const checked = schemas.get(path)?.safeParse(body);
    if (!checked) return;
    if (!checked.success) throw refusal(String(checked.error.issues[0]?.message));
    const call = calls.getStore();
    if (call && path === "/sign-up/email") call.prepared = { password: body.password, hash: await passwords.hash(body.password) };
    // What was checked is what is used.
    return { context: { body: { ...body, ...checked.data, ...safeCallback(body, config) } } };
  });
}

/** Better Auth repeats `callbackURL` as it came; other parsers than a browser's could be led astray by it. */
function safeCallback({ callbackURL }: { callbackURL?: unknown }, config: Config) {
  if (callbackURL === undefined) return {};
  const target = typeof callbackURL === "string" ? safeReturnTo(callbackURL, config) : undefined;
  if (target === undefined) throw new APIError("BAD_REQUEST", { code: "INVALID_CALLBACK_URL", message: "callbackURL leads elsewhere." });
  return { callbackURL: target };
}

function refusal(problem: string) {
  const words: Record<string, string> = english.problems;
  return new APIError("BAD_REQUEST", { code: problem.toUpperCase(), message: words[problem] ?? english.problems.malformed });
}

/** After a sign-in that succeeded: what this version of Better Auth leaves undone. */
function afterEndpoint({ passwords, calls, log }: Pick<Needs, "passwords" | "calls" | "log">) {
  return createAuthMiddleware(async (endpoint) => {
    const { context, path, body } = endpoint;
    const owner = context.newSession?.user.id;
    if (path !== "/sign-in/email" || owner === undefined) return;
    const { name, attributes } = context.authCookies.dontRememberToken;
    // Left over from an earlier sign-in, it would make this one end with the browser's session after all.
    if (body.rememberMe !== false && endpoint.getCookie(name)) endpoint.setCookie(name, "", { ...attributes, maxAge: 0 });
    const password = calls.getStore()?.legacyPassword;
    if (password === undefined) return;
    const upgrade = async () => context.internalAdapter.updatePassword(owner, await passwords.hash(password));
    // A call of its own: the sign-in has succeeded, whatever becomes of the hash.
    await calls.run({}, upgrade).catch((error) => log("error", "auth.upgrade", { error }));
  });
}

function hashOnce(password: string, passwords: Passwords, calls: AuthCalls) {
  const prepared = calls.getStore()?.prepared;
  return prepared?.password === password ? Promise.resolve(prepared.hash) : passwords.hash(password);
}

async function verifyAndNote(stored: { hash: string; password: string }, passwords: Passwords, calls: AuthCalls) {
  const right = await passwords.verify(stored);
  const call = calls.getStore();
  if (right && call && isLegacyHash(stored.hash)) call.legacyPassword = stored.password;
  return right;
}

/** Better Auth's messages end in addresses, URLs and statements: only what stands before the first colon is kept. */
function logFromLibrary(log: Log, level: string, message: string, facts: unknown[]) {
  const error = facts.find((fact) => fact instanceof Error);
  log(level === "error" ? "error" : "warn", "auth.library", { message: message.split(":")[0], error });
}

import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { APIError, router } from "better-auth/api";
import { betterAuth, type BetterAuthOptions } from "better-auth/minimal";
import { regexes } from "zod";
import * as tables from "../../db/auth-tables";
import { byPassword } from "../account/sessions";
import { mayMakeAccount } from "../account/who-may-sign-up";
import { signOut } from "../account/sign-out";
import { upgradeHash } from "../account/upgrade-hash";
import { currentCall, type AuthCalls } from "./call";
import { afterEndpoint, beforeEndpoint } from "./hooks";
import { makeSession } from "./make-session";
import type { AuthServices } from "./services";
import type { Config } from "../settings/config";
import type { Secrets } from "../settings/values";
import { inMilliseconds } from "../time";
import { emailPattern } from "../guard/email-address";
import { hashOfNobody } from "../guard/own-hash";
import { failureTrackingAdapter, noted } from "./storage";
import type { Log } from "../process/log";
import type { Passwords } from "../guard/password";
import { briefToken, isBrief } from "../session/brief";

/** Better Auth, with every option that matters written out. Reached only through the door, by `routerOf`. */
export function createAuth(services: AuthServices) {
  const { config, database, calls, log } = services;
  judgeEmailsAsWeDo();
  return betterAuth<BetterAuthOptions>({
    appName: config.brand.name,
    baseURL: config.origin,
    ...secretOptions(config.secrets),
    // A sign-up is two rows. Without a transaction a crash between them leaves an address nobody can ever use.
    database: failureTrackingAdapter(
      drizzleAdapter(database.orm, { provider: "pg", schema: tables, transaction: true }),
      calls,
    ),
    trustedOrigins: [...config.trustedOrigins],
    telemetry: { enabled: false },
    emailAndPassword: emailAndPassword(services),
    account: { encryptOAuthTokens: true, accountLinking: { disableImplicitLinking: true } },
    verification: { storeIdentifier: "hashed" }, // a stolen copy of the table opens nothing
    session: sessionOptions(config),
    databaseHooks: { user: { create: { before: onlyWhoMay(services) } }, session: sessionHooks(services) },
    // It knows no accounts and forgets on restart: `throttle.ts` does it, through the hooks.
    rateLimit: { enabled: false },
    disabledPaths: ["/verify-password", "/update-session"], // and the door opens no path that is not on its own list
    plugins: [makeSession()],
    hooks: { before: beforeEndpoint(services), after: afterEndpoint(services) },
    advanced: {
      ...cookieOptions(config),
      disableOriginCheck: false, // unset, a NODE_ENV of `test` would switch it off
      disableCSRFCheck: false,
      ipAddress: { disableIpTracking: true }, // the gate writes the IP that the edge found out
      database: { validateSchema: false }, // compares two of our own files: that is for the tests, not for every start
      backgroundTasks: { handler: (task) => void task.catch((error) => log("error", "auth.background", { error })) },
    },
    onAPIError: { throw: true }, // else the router prints the error, statement and values included, and answers 500
    logger: { level: "warn", log: libraryLog(log, calls) },
  });
}

/**
 * Better Auth asks zod what an email address is, in its endpoints, where no option or hook reaches; zod's rule has no
 * room for many that HTML takes, whose owners could not sign in. So zod is given ours: `fields.ts` has the reasons.
 */
function judgeEmailsAsWeDo() {
  regexes.email.compile(emailPattern.source, emailPattern.flags);
}

/** It signs with the first, and verifies no cookie with another: the door signs again what goes in. */
function secretOptions(secrets: Secrets) {
  const versioned = secrets.flatMap(({ version, value }) => (version === undefined ? [] : [{ version, value }]));
  return { secret: secrets[0].value, ...(versioned.length > 0 && { secrets: versioned }) };
}

const sessionOptions = ({ sessions }: Config) => ({
  expiresIn: sessions.idleSeconds,
  updateAge: sessions.extendedEverySeconds,
  freshAge: sessions.freshSeconds,
  cookieCache: { enabled: false }, // it would keep a revoked session alive until it runs out
});

/**
 * Before a user is written, for every way to sign up. Better Auth takes a 403 for an address that has an account, and
 * answers as if there were a new one: who is refused for the domain learns no more than who has an account.
 */
const onlyWhoMay =
  (services: AuthServices) =>
  async ({ email }: { email: string }) => {
    if (!mayMakeAccount(email, services)) throw new APIError("FORBIDDEN");
  };

const sessionHooks = (services: AuthServices) => ({
  create: { before: throughTheGate(services) },
  update: { before: neverBeyondTheLast(services.config) },
  delete: { before: noteSignOut(services) },
});

interface SessionWritten {
  token?: string;
  userId?: string;
  expiresAt?: Date;
}

/** The session a call is about, as Better Auth found it. */
interface Found {
  context: { session?: { session: { token: string; createdAt: Date; expiresAt: Date } } | null };
}

/**
 * Before a session is written, for every way in: the gate decides, and what the edge knows of the visitor is written
 * into the row. "Remember me" left out: Better Auth has one length for that, and forgets it; here it is a setting, and
 * the token tells.
 */
function throughTheGate(services: AuthServices) {
  const { config, calls, gate } = services;
  const { briefSeconds } = config.sessions;
  return async (
    { token = "", userId = "" }: SessionWritten,
    endpoint: { body?: { rememberMe?: unknown } } | null,
  ): Promise<false | { data: object }> => {
    const call = currentCall(calls);
    const { visit, proved = byPassword, verified } = call;
    // Before the gate is asked, because what it keeps refers to the hash: a sign-in that waits, and a browser that is
    // trusted.
    if (verified) verified.hash = await upgradeHash(services, userId, verified);
    const rememberMe = endpoint?.body?.rememberMe !== false;
    const arrival = { userId, visit, proved, passwordHash: verified?.hash, rememberMe };
    const decided = await noted(() => gate.decide(arrival), calls);
    if ("step" in decided) call.furtherStep = decided.step;
    else call.proved = decided.proved;
    if (call.furtherStep) return false;
    const written = { ipAddress: visit.ip, userAgent: visit.userAgent };
    if (rememberMe) return { data: written };
    const expiresAt = new Date(Date.now() + inMilliseconds(briefSeconds));
    return { data: { ...written, token: briefToken(token), expiresAt } };
  };
}

/**
 * A session is extended by use, but not for ever, and a brief one not at all: Better Auth would, unless a cookie came
 * along.
 */
const neverBeyondTheLast =
  ({ sessions }: Config) =>
  async (written: SessionWritten, endpoint: Found | null) => {
    const found = endpoint?.context.session?.session;
    if (!found || !written.expiresAt) return undefined;
    const last = isBrief(found, sessions)
      ? found.expiresAt.getTime()
      : found.createdAt.getTime() + sessions.longestSeconds * 1000;
    return { data: { expiresAt: new Date(Math.min(written.expiresAt.getTime(), last)) } };
  };

/** Better Auth is about to delete the session of a sign-out: it is ended here, where its event is noted. */
function noteSignOut(services: AuthServices) {
  const { calls } = services;
  return async ({ id, userId }: { id: string; userId: string }, endpoint: { path?: string } | null) => {
    if (endpoint?.path !== "/sign-out") return;
    const { visit } = currentCall(calls);
    await noted(() => signOut(services, visit, { sessionId: id, userId }), calls);
  };
}

function emailAndPassword(services: AuthServices) {
  const { passwords, calls } = services;
  return {
    enabled: true,
    autoSignIn: false, // with it, sign-up would tell everybody which addresses have an account
    minPasswordLength: 8, // `fields.ts` counts code points; these two count UTF-16 units and only back it up
    maxPasswordLength: 256,
    password: {
      hash: (password: string) => hashOnce(password, services),
      verify: (stored: { hash: string; password: string }) => verifyAndNote(stored, passwords, calls),
    },
  };
}

type Auth = ReturnType<typeof createAuth>;

/** Asks Better Auth's router. */
export type AuthRouter = (request: Request) => Promise<Response>;

/**
 * Better Auth's router, made once. Its own `handler` makes one for each request, with every endpoint, because options
 * may be functions of the request; none of ours is. An endpoint works on a copy of the context either way.
 */
export async function routerOf({ $context, options }: Auth): Promise<AuthRouter> {
  return router(await $context, options).handler;
}

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
 * Hashes a password that is to be kept. At a sign-in Better Auth hashes only where there is nothing to verify against,
 * so that the time tells nothing, and throws the hash away: a verification takes its place, which takes as long.
 */
async function hashOnce(password: string, { passwords, calls }: AuthServices) {
  const { prepared, tried } = calls.getStore() ?? {};
  if (!tried) return prepared?.password === password ? prepared.hash : passwords.hash(password);
  await passwords.verify({ hash: hashOfNobody, password });
  return hashOfNobody;
}

async function verifyAndNote(stored: { hash: string; password: string }, passwords: Passwords, calls: AuthCalls) {
  const right = await passwords.verify(stored);
  const call = calls.getStore();
  if (right && call) call.verified = { ...stored };
  return right;
}

/**
 * Better Auth's messages end in addresses, URLs and statements: only what stands before the first colon is kept. What
 * comes without an error is its word on a request that it refused. Anybody can make it say that: it is no alarm. Of a
 * session that must wait for a further step it says that it could not be made, and of a sign-in that it was refused,
 * which has a line of its own: neither is logged.
 */
const libraryLog =
  (log: Log, calls: AuthCalls) =>
  (level: string, message: string, ...facts: unknown[]): void => {
    const error = facts.find((fact) => fact instanceof Error);
    const { furtherStep, tried } = calls.getStore() ?? {};
    if (furtherStep || (tried && !error)) return;
    log(level === "error" && error ? "error" : "warn", "auth.library", { message: message.split(":")[0], error });
  };

import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { betterAuth } from "better-auth/minimal";
import { eq, sql } from "drizzle-orm";
import { regexes } from "zod";
import type { Orm } from "../../db/types";
import { withDeadline } from "../../db/deadline";
import * as tables from "../../db/auth-tables";
import { inTransaction, rowsOf } from "../../db/transaction";
import { record } from "../account/events";
import type { AuthCalls } from "./call";
import { afterEndpoint, beforeEndpoint } from "./hooks";
import type { AuthNeeds } from "./needs";
import { clientOf } from "../http/client";
import { clientIpHeader } from "../http/client-ip";
import type { Config } from "../settings/config";
import { emailPattern } from "../guard/fields";
import { failureTrackingAdapter, noted } from "./storage";
import type { Log } from "../process/log";
import type { Passwords } from "../guard/password";
import { briefToken, isBrief } from "../session/brief";

/** Better Auth, with every option that matters written out. Reached only through the door. */
export function createAuth(needs: AuthNeeds) {
  const { config, database, calls, log } = needs;
  judgeAddressesAsWeDo();
  return betterAuth({
    appName: config.brand.name,
    baseURL: config.origin,
    secret: config.secret,
    // A sign-up is two rows. Without a transaction a crash between them leaves an address nobody can ever use.
    database: failureTrackingAdapter(
      drizzleAdapter(database.orm, { provider: "pg", schema: tables, transaction: true }),
      calls,
    ),
    trustedOrigins: [...config.trustedOrigins],
    telemetry: { enabled: false },
    emailAndPassword: emailAndPassword(needs),
    account: { encryptOAuthTokens: true, accountLinking: { disableImplicitLinking: true } },
    verification: { storeIdentifier: "hashed" }, // a stolen copy of the table opens nothing
    session: sessionOptions(config),
    databaseHooks: {
      session: {
        create: { before: shortWhenForgotten(config) },
        update: { before: neverBeyondTheLast(config) },
        delete: { before: noteSignOut(needs) },
      },
    },
    rateLimit: { enabled: false }, // it knows no accounts and forgets on restart: `throttle.ts` does it, through the hooks
    disabledPaths: ["/verify-password", "/update-session"], // and the door opens no path that is not on its own list
    hooks: { before: beforeEndpoint(needs), after: afterEndpoint(needs) },
    advanced: {
      ...cookieOptions(config),
      disableOriginCheck: false, // unset, a NODE_ENV of `test` would switch it off
      disableCSRFCheck: false,
      ipAddress: { ipAddressHeaders: [clientIpHeader] },
      database: { validateSchema: false }, // compares two of our own files: that is for the tests, not for every start
      backgroundTasks: { handler: (task) => void task.catch((error) => log("error", "auth.background", { error })) },
    },
    onAPIError: { throw: true }, // else the router prints the error, statement and values included, and answers 500
    logger: { level: "warn", log: (level, message, ...facts) => logFromLibrary(log, level, message, facts) },
  });
}

/**
 * Better Auth asks zod what an email address is, in its endpoints, where no option or hook reaches; zod's rule has no
 * room for many that HTML takes, whose owners could not sign in. So zod is given ours: `fields.ts` has the reasons.
 */
function judgeAddressesAsWeDo() {
  regexes.email.compile(emailPattern.source, emailPattern.flags);
}

const sessionOptions = ({ sessions }: Config) => ({
  expiresIn: sessions.idleSeconds,
  updateAge: sessions.extendedEverySeconds,
  freshAge: sessions.freshSeconds,
  cookieCache: { enabled: false }, // it would keep a revoked session alive until it runs out
});

interface SessionWritten {
  token?: string;
  expiresAt?: Date;
}

/** The session a call is about, as Better Auth found it. */
interface Found {
  context: { session?: { session: { token: string; createdAt: Date; expiresAt: Date } } | null };
}

/** "Remember me" left out: Better Auth has one length for that, and forgets it; here it is a setting, and the row tells. */
const shortWhenForgotten =
  ({ sessions }: Config) =>
  async ({ token = "" }: SessionWritten, endpoint: { body?: { rememberMe?: unknown } } | null) =>
    endpoint?.body?.rememberMe === false
      ? { data: { token: briefToken(token), expiresAt: new Date(Date.now() + sessions.briefSeconds * 1000) } }
      : undefined;

/** A session is extended by use, but not for ever, and a brief one not at all: Better Auth would, unless a cookie came along. */
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

/** Ends the session of a sign-out, and notes it: of many at the same time one ends it, and is an event. */
const noteSignOut =
  ({ database, calls }: AuthNeeds) =>
  async ({ id, userId }: { id: string; userId: string }, endpoint: { path?: string; headers?: Headers } | null) => {
    if (endpoint?.path !== "/sign-out") return;
    const end = async (inner: Orm) => {
      const ended = await rowsOf(inner, sql`delete from session where id = ${id} returning 1`);
      if (ended.length > 0)
        await record(inner, { userId }, { kind: "sign_out", client: clientOf(endpoint.headers ?? new Headers()) });
    };
    await noted(() => inTransaction(database, end), calls);
  };

function emailAndPassword(needs: AuthNeeds) {
  const { passwords, calls } = needs;
  return {
    enabled: true,
    autoSignIn: false, // with it, sign-up would tell everybody which addresses have an account
    minPasswordLength: 8, // `fields.ts` counts code points; these two count UTF-16 units and only back it up
    maxPasswordLength: 256,
    password: {
      hash: (password: string) => hashOnce(password, needs),
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

/** At a sign-in Better Auth hashes only for an address nobody has, to take its time; there it has saved a query too. */
async function hashOnce(password: string, { database, passwords, calls }: AuthNeeds) {
  const { prepared, tried } = calls.getStore() ?? {};
  if (tried) await withDeadline(database.orm.select().from(tables.account).where(eq(tables.account.userId, "nobody")));
  return prepared?.password === password ? prepared.hash : passwords.hash(password);
}

async function verifyAndNote(stored: { hash: string; password: string }, passwords: Passwords, calls: AuthCalls) {
  const right = await passwords.verify(stored);
  const call = calls.getStore();
  if (right && call) call.verified = stored;
  return right;
}

/**
 * Better Auth's messages end in addresses, URLs and statements: only what stands before the first colon is kept. What
 * comes without an error is its word on a request that it refused. Anybody can make it say that: it is no alarm.
 */
function logFromLibrary(log: Log, level: string, message: string, facts: unknown[]) {
  const error = facts.find((fact) => fact instanceof Error);
  log(level === "error" && error ? "error" : "warn", "auth.library", { message: message.split(":")[0], error });
}

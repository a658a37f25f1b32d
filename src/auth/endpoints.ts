import type { ZodType } from "zod";
import { eq } from "drizzle-orm";
import { user } from "../../db/auth-tables";
import { withDeadline } from "../../db/deadline";
import type { Orm } from "../../db/types";
import { byPassword, type Proved } from "../account/sessions";
import { beginSignIn, completeSignIn, noteRefusal, uncountedTry } from "../account/sign-in";
import { beginSignUp, completeSignUp, distanceOf } from "../account/sign-up";
import { signUpIsOpen } from "../account/who-may-sign-up";
import { hashOfNone, stillOpens } from "../account/statements";
import { done, refused, type Result } from "../result";
import type { AuthCall } from "./call";
import type { AuthServices } from "./services";

/** What an endpoint was asked, and what came of it. */
export interface Answered {
  body: Record<string, unknown>;
  /** What the endpoint returned, or the error with which it refused. */
  returned: unknown;
  /** The session it made. */
  made?: { userId: string; sessionId: string; token: string };
}

/** An endpoint of Better Auth that is in use: who may ask it, with what, and what is done around it. */
export interface AuthEndpoint {
  /** How programs may ask it, under `/api/auth`; without it pages alone do, through the door. */
  openToPrograms?: "GET" | "POST";
  /** Whether pages of the trusted origins ask it, which may not read the answer, but must not be told of an error. */
  isAskedBySites?: boolean;
  /** Whether all of it waits for its turn to hash a password. */
  hashes?: boolean;
  /** What a user proves by it, when it ends in a session. */
  proves?: Proved;
  /** What of the body is accepted. Its messages are problem codes. */
  body?(services: AuthServices, call: AuthCall): Promise<ZodType<object>>;
  /** Decides whether it may be tried at all, once the body is right. Hashing is done here, outside of transactions. */
  before?(services: AuthServices, call: AuthCall, body: Record<string, unknown>): Promise<Result>;
  /** Completes what it did, or notes that it refused. */
  after?(services: AuthServices, call: AuthCall, answered: Answered): Promise<Result | undefined>;
}

/** The endpoints by their path under `/api/auth`. What is not in this table does not exist. */
export type AuthEndpoints = Record<string, AuthEndpoint>;

/** Loaded with the first request that has a body, with their library of schemas. */
const fields = () => import("../guard/fields");

const always = () => Promise.resolve(true);

/** Whether what was proved still is, and still is enough for the gate. */
const stillGood =
  ({ gate }: AuthServices, { visit, proved = byPassword }: AuthCall, { userId, isStillProved }: Made) =>
  async (inner: Orm): Promise<boolean> =>
    (await isStillProved(inner)) && gate.isStillEnough(inner, { userId, visit, proved });

interface Made {
  userId: string;
  isStillProved(inner: Orm): Promise<boolean>;
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

/** All that are in use. */
const coreEndpoints = {
  "/get-session": { openToPrograms: "GET" },
  "/sign-in/email": {
    openToPrograms: "POST",
    hashes: true,
    proves: byPassword,
    async body() {
      return (await fields()).credentials;
    },
    async before(services, call, { email }) {
      const begun = await beginSignIn(services, call.visit, { email: text(email), kind: "sign_in" });
      if (!begun.ok) return begun;
      call.tried = begun.value;
      return done();
    },
    async after(services, call, { made }) {
      const { tried, verified, formerTokens, furtherStep, proved = byPassword } = call;
      if (!tried) return undefined;
      if (furtherStep) return void (await services.throttle.forgive(tried.limits)); // the password was right
      if (!made) return void (await noteRefusal(services, tried));
      const { userId } = made;
      const isStillProved = stillGood(services, call, {
        userId,
        isStillProved: stillOpens({ userId, email: tried.email, hash: verified?.hash }),
      });
      return completeSignIn(services, tried, { ...made, formerTokens, proved, isStillProved });
    },
  },
  "/sign-up/email": {
    openToPrograms: "POST",
    async body(services, { visit }) {
      const { newAccount, sessionWish } = await fields();
      return newAccount(services, visit).and(sessionWish);
    },
    async before(services, call, body) {
      const open = signUpIsOpen(services);
      if (!open.ok) return open;
      // It waits here for its turn to hash, and not before its password was judged, which may take longer.
      return services.passwords.admit(async () => {
        const begun = await beginSignUp(services, call.visit);
        if (!begun.ok) return begun;
        const password = text(body.password);
        const hashing = call.withoutPassword ? hashOfNone() : services.passwords.hash(password);
        const [hash, distance] = await Promise.all([hashing, distanceOf(services.database)]);
        Object.assign(call, { prepared: { password, hash }, distance } satisfies Partial<AuthCall>);
        return done();
      });
    },
    /** For an address that has an account the answered id is made up. */
    async after(services, call, { body, returned }) {
      if (returned instanceof Error) return undefined;
      const z = await import("zod");
      const { user: answered } = z.object({ user: z.object({ id: z.string() }) }).parse(returned);
      const { password = "", hash = "" } = call.prepared ?? {};
      const { withoutPassword } = call;
      const signedUp = { email: text(body.email), password, hash, withoutPassword, userId: answered.id };
      call.signUpProof = await completeSignUp(services, call.visit, signedUp);
      return done();
    },
  },
  "/sign-out": { openToPrograms: "POST", isAskedBySites: true },
  /** Ours: makes a session for a user who proved who they are in a way that Better Auth does not know. */
  "/gatehouse/session": {
    async before(services, call, { userId }) {
      const found = services.database.orm
        .select({ email: user.email })
        .from(user)
        .where(eq(user.id, text(userId)));
      const [owner] = await withDeadline(found);
      if (!owner) return refused("signed_out");
      call.tried = await uncountedTry(services, call.visit, owner.email);
      return done();
    },
    async after(services, call, { made }) {
      const { tried, formerTokens, furtherStep, proved = byPassword } = call;
      if (!tried || !made || furtherStep) return undefined;
      const { userId } = made;
      const isStillProved = stillGood(services, call, { userId, isStillProved: call.isStillProved ?? always });
      return completeSignIn(services, tried, { ...made, formerTokens, proved, isStillProved });
    },
  },
} as const satisfies AuthEndpoints;

/** The endpoints that pages ask by name. */
export type Endpoint = keyof typeof coreEndpoints;

/** The same table, to be looked into by any path. */
export const endpoints: AuthEndpoints = coreEndpoints;

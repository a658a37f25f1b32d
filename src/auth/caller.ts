import { isDuplicate, isOrphan } from "../../db/failure";
import type { Passwords } from "../guard/password";
import { readSessionToken, readSessionTokens } from "../session/cookie";
import type { AuthRouter } from "./auth";
import type { AuthCall, AuthCalls } from "./call";
import { withSession, type AuthCookies } from "./cookies";
import { endpoints } from "./endpoints";

interface CallerParts {
  /** Better Auth's router, made by the first call. */
  open(): Promise<AuthRouter>;
  calls: AuthCalls;
  passwords: Passwords;
  cookies: AuthCookies;
}

/** Better Auth's answer, with what the call remembers. */
export interface Reached {
  response: Response;
  call: AuthCall;
}

/** What the door knows of a call before it is made. */
type About = Pick<AuthCall, "visit" | "proved" | "isStillProved" | "withoutPassword">;

/** Asks Better Auth's router for a path. */
export type Reach = (path: string, request: Request, about: About) => Promise<Reached>;

/**
 * A sign-up is never answered faster than this: a new address costs eight questions to the database more than a known
 * one, and a write to the disk, and the difference would tell them apart. Of the eighteen that it costs altogether each
 * takes longer where the database is far: for every five milliseconds, up to fifty, all of them have 100 more.
 */
const leastMilliseconds = ({ distance = 0 }: AuthCall) => 150 + 100 * Math.floor(Math.min(distance, 50) / 5);

/** Passwords are judged before anybody asks whose the address is: such a refusal tells nothing, and need not wait. */
const isRefusedForPassword = ({ call }: Reached) => call.refused?.problem.startsWith("password_") ?? false;

/**
 * Asks Better Auth's router, in process, and believes its answer only when the database did not fail. Throws what the
 * database threw, and for an answer of 500 or more.
 */
export function createBetterAuthCaller({ open, calls, passwords, cookies }: CallerParts): Reach {
  async function ask(path: string, request: Request, about: About & { formerTokens: string[] }): Promise<Reached> {
    const { hashes, proves: proved } = endpoints[path] ?? {};
    const call: AuthCall = { proved, ...about };
    const handler = await open();
    const run = () => calls.run(call, () => handler(request));
    return { response: await (hashes ? passwords.admit(run) : run()), call };
  }

  async function reach(path: string, request: Request, about: About & { formerTokens: string[] }): Promise<Reached> {
    const again = request.clone();
    const began = performance.now();
    const first = await ask(path, request, about).catch((error) => {
      if (!isOrphan(error)) throw error;
      return ask(path, again.clone(), about); // the account was deleted meanwhile: now it is nobody's
    });
    if (path === "/sign-up/email" && !isRefusedForPassword(first))
      await Bun.sleep(Math.max(0, began + leastMilliseconds(first.call) - performance.now()));
    // Two sign-ups raced for one address: asked once more, the loser finds it taken, like any known address.
    const reached = isDuplicate(first.call.failure) ? await ask(path, again, about) : first;
    const { response, call } = reached;
    if (call.failure !== undefined) throw call.failure;
    if (response.status >= 500) throw new Error(`Better Auth answered ${response.status} to ${path}`);
    return reached;
  }

  return async (path, request, about) => {
    const formerTokens = readSessionTokens(about.visit.cookies, cookies.seal);
    const current = readSessionToken(about.visit.cookies, cookies.seal);
    const [token = null, ...others] = path === "/sign-out" ? formerTokens : [current];
    // Better Auth ends one session: each that the browser had is a sign-out of its own.
    for (const other of others)
      await reach(path, withSession(request.clone(), other, cookies), { ...about, formerTokens });
    return reach(path, withSession(request, token, cookies), { ...about, formerTokens });
  };
}

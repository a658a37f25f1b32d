import { APIError } from "better-auth/api";
import type { drizzleAdapter } from "better-auth/adapters/drizzle";
import { isDuplicate, isUnavailable } from "../db/failure";
import type { AuthCalls } from "./auth-call";

type OpenStorage = ReturnType<typeof drizzleAdapter>;
type Storage = ReturnType<OpenStorage>;

/**
 * Better Auth's storage, made honest. Better Auth swallows some database errors and then says "signed out" or "wrong
 * password"; here each failure is noted on the call, so that the door can answer "cannot know" instead.
 * Two sign-ups racing for one address both pass Better Auth's look-up; the loser gets the answer a known address gets.
 */
export function honestStorage(open: OpenStorage, calls: AuthCalls): OpenStorage {
  return (options) => honest(open(options), calls);
}

function honest(storage: Storage, calls: AuthCalls): Storage {
  const transaction: Storage["transaction"] = (work) =>
    noted(storage.transaction((inner) => work(honest(inner as Storage, calls))), calls); // the same adapter, in a transaction
  return new Proxy(storage, {
    get(target, name) {
      if (name === "transaction") return transaction;
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? (...given: unknown[]) => noted(member.apply(target, given), calls) : member;
    },
  });
}

async function noted<Result>(work: Promise<Result>, calls: AuthCalls): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    const call = calls.getStore();
    if (call && isUnavailable(error)) call.failure ??= error;
    // 403 is what Better Auth turns into its answer for an address that already has an account.
    throw isDuplicate(error) ? new APIError("FORBIDDEN") : error;
  }
}

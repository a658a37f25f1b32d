import { APIError } from "better-auth/api";
import type { drizzleAdapter } from "better-auth/adapters/drizzle";
import { withDeadline } from "../../db/deadline";
import type { AuthCalls } from "./call";

type OpenStorage = ReturnType<typeof drizzleAdapter>;
type Storage = ReturnType<OpenStorage>;

/**
 * Better Auth's storage, made honest. Better Auth swallows some database errors and then says "signed out" or "wrong
 * password"; here each one is noted on the call, so that the door knows that whatever Better Auth answers is a guess.
 */
export function failureTrackingAdapter(open: OpenStorage, calls: AuthCalls): OpenStorage {
  return (options) => honest(open(options), calls);
}

function honest(storage: Storage, calls: AuthCalls): Storage {
  const transaction: Storage["transaction"] = (work) =>
    // The same adapter, in a transaction.
    noted(() => storage.transaction((inner) => work(honest(inner as Storage, calls))), calls);
  return new Proxy(storage, {
    get(target, name) {
      if (name === "transaction") return transaction;
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function"
        ? (...given: unknown[]) => noted(() => member.apply(target, given), calls)
        : member;
    },
  });
}

/**
 * Does something at the database for Better Auth, and notes on the call when it fails: Better Auth may swallow that.
 */
export async function noted<Result>(work: () => Promise<Result>, calls: AuthCalls): Promise<Result> {
  const call = calls.getStore();
  if (call?.failure !== undefined) throw call.failure; // the call is lost already: nobody shall wait a second time
  try {
    return await withDeadline(work());
  } catch (error) {
    if (call && !(error instanceof APIError)) call.failure ??= error; // an APIError is Better Auth's own refusal
    throw error;
  }
}

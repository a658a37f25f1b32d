import { Elysia } from "elysia";
import type { SafetyProps } from "../../views/account-overview";
import type { SignInPart } from "../../views/sign-in";
import type { WithWays } from "../account/other-ways";
import type { Proof } from "../account/prove";
import type { Services, WithScripts } from "../account/services";
import type { Door } from "../auth/door";
import type { Pictures } from "../guard/pictures";
import { readForm, type Form } from "../http/form";
import type { PageContextOf } from "../http/page-context";
import type { ProblemAnswer } from "../http/problem-answer";
import type { ReturnTo } from "../http/return-to";
import { visitOf, type Visit } from "../http/visit";

/** What a capability adds to the sign-in page, with the `Set-Cookie` lines by which it knows the browser again. */
export interface MadePart extends SignInPart {
  cookies?: readonly string[];
}

/** What a page works with; it reaches for nothing else. */
export interface PageServices extends WithWays {
  /** What surrounds the page: words, brand, assets. */
  frame: PageContextOf;
  door: Door;
  answerProblem: ProblemAnswer;
  returnTo: ReturnTo;
  /** The answer to a form that is left for another page, or another language; undefined when it is not. */
  leaveForm(visit: Visit, form: Form): Response | undefined;
  /** The ways to prove again who one is. */
  proofs: readonly Proof[];
  /** How many factors a session needs, to be somebody's. */
  leastFactors: number;
  /** What capabilities say of how safe a user's account is. */
  safetyOf(services: WithWays, visit: Visit, userId: string): Promise<SafetyProps[]>;
  /** What scripts of capabilities tell the browser of a user whose email address has just changed. */
  newsOf(services: WithScripts, userId: string): Promise<JSX.Element[]>;
  /** What capabilities show to whoever has just signed in, before they go on. */
  detourOf(services: Services, visit: Visit, email: string): Promise<string | undefined>;
  /** The ways in that capabilities add to the pages of a sign-in. */
  waysIn(visit: Visit, returnTo?: string): MadePart[];
  pictures: Pictures;
}

/** Where a visitor goes who was going nowhere in particular. */
export const homePath = "/account";

/** The routes of a page, whose handlers are given the visit that the edge made of the request. */
export const routesOf = (name: string) =>
  new Elysia({ name: `page/${name}` }).derive(({ request }) => ({ visit: visitOf(request) }));

/** The body of a request is read by `readForm`, which is stricter than Elysia. */
export const rawBody = { parse: "none" } as const;

function queryOf(form: Form): URLSearchParams | undefined {
  if (form.has("token")) return undefined; // which belongs into no URL but its mail's
  const target = form.get("return_to");
  return new URLSearchParams(target === "" ? {} : { return_to: target });
}

/** A handler for a form that one of our pages posts: what is no such form is answered, the rest goes to `act`. */
export const onForm =
  (services: PageServices, act: (visit: Visit, form: Form) => Response | Promise<Response>) =>
  async ({ visit }: { visit: Visit }): Promise<Response> => {
    const form = await readForm(visit.request, services.config.origin);
    if (!form.ok) return services.answerProblem(visit, form);
    visit.queryOfForm = queryOf(form.value);
    return services.leaveForm(visit, form.value) ?? act(visit, form.value);
  };

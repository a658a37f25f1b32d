import { withReturnTo } from "../../../views/kit";
import { ProofPage } from "../../../views/proof";
import { clientOf, type Client } from "../../http/client";
import { readForm, type Form } from "../../http/form";
import { replacePage, page, seeOther, wantsFragment } from "../../http/html";
import { statusOf, type Problem } from "../../http/problem";
import { isFresh } from "../../session/check";
import type { SignedIn } from "../../session/signed-in";
import type { PageNeeds } from "../needs";

/** Something that somebody wants done to their own account. */
export interface Act {
  form: Form;
  signedIn: SignedIn;
  client: Client;
}

/** Reads who asks for what. An answer instead when nobody is signed in, or the form is none of ours. */
export async function readAct(request: Request, { config, check, answerProblem }: PageNeeds): Promise<Act | Response> {
  const form = await readForm(request, config.origin);
  if ("problem" in form) return answerProblem(request, form);
  const signedIn = await check(request.headers.get("cookie"));
  return signedIn ? { form, signedIn, client: clientOf(request.headers) } : signInFirst(request);
}

/** A page of somebody's own account: shown to whoever is signed in; everybody else signs in first, and comes back. */
export const forOwner =
  ({ check }: Pick<PageNeeds, "check">, show: (request: Request, signedIn: SignedIn) => Response | Promise<Response>) =>
  async ({ request }: { request: Request }): Promise<Response> => {
    const signedIn = await check(request.headers.get("cookie"));
    return signedIn ? show(request, signedIn) : signInFirst(request);
  };

/** To the sign-in page, and back to the page that was wanted. */
export const signInFirst = (request: Request): Response =>
  seeOther(request, withReturnTo("/sign-in", new URL(request.url).pathname));

interface Asked {
  /** The fields of the form to be asked again together with the password. */
  fields: readonly string[];
  /** The answer will be a file, which htmx could not take. */
  download?: boolean;
}

/**
 * For what matters: the person proved who they are a short while ago, or does now. The proof is a sign-in like any
 * other, with its limits, and gives a new session. An answer instead, with the password to be typed, when it is missing
 * or wrong; it carries what was asked for, so that nothing need be asked twice.
 */
export async function prove(
  request: Request,
  needs: PageNeeds,
  { form, signedIn }: Act,
  asked: Asked,
): Promise<{ cookies: string[]; sessionId: string } | Response> {
  const { config, door, check } = needs;
  const { user, session } = signedIn;
  if (isFresh(session.createdAt, config.sessions.freshSeconds)) return { cookies: [], sessionId: session.id };
  const password = form.get("proof");
  const ask = (problem?: Problem) => askForProof(request, needs, { form, email: user.email, problem, ...asked });
  if (password === "") return ask(form.has("proof") ? { problem: "password_missing" } : undefined);
  const proved = await door.submit(request, "/sign-in/email", {
    email: user.email,
    password,
    rememberMe: door.isRemembered(request, session),
  });
  if (!proved.done) return ask(proved.problem === "wrong_credentials" ? { problem: "password_wrong" } : proved);
  const now = await check(proved.cookies.map((line) => line.split(";")[0]).join("; "));
  return now ? { cookies: proved.cookies, sessionId: now.session.id } : signInFirst(request);
}

type Question = Asked & { form: Form; email: string; problem?: Problem };

async function askForProof(
  request: Request,
  { frame }: PageNeeds,
  { form, email, fields, download, problem }: Question,
): Promise<Response> {
  const asked = Object.fromEntries(fields.flatMap((name) => (form.has(name) ? [[name, form.get(name)]] : [])));
  const at = problem && (problem.problem.startsWith("password") ? "proof" : "form");
  const state = { problems: at ? { [at]: problem?.problem } : {}, retryAfterSeconds: problem?.retryAfterSeconds };
  const view = ProofPage({
    frame: frame(request),
    action: new URL(request.url).pathname,
    asked,
    email,
    download,
    state,
  });
  const answer = await page(view, {
    status: problem ? statusOf[problem.problem] : statusOf.proof_needed,
    retryAfterSeconds: problem?.retryAfterSeconds,
  });
  return wantsFragment(request) ? replacePage(answer) : answer;
}

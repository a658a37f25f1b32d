import { withReturnTo } from "../../../views/kit";
import { ProofPage, type ProofProps } from "../../../views/proof";
import type { Words } from "../../../views/words";
import { noteRefusedAccess } from "../../account/access";
import { deviceOf } from "../../account/devices";
import { hasPassword } from "../../account/statements";
import { canGive, viewsOf } from "../../account/prove";
import { provedTwoWithin, type Current, type Rotated } from "../../account/sessions";
import { problemAt, type Form } from "../../http/form";
import { inPlaceOfPage, page, seeOther } from "../../http/html";
import { statusOf, type Problem } from "../../http/problem";
import type { Visit } from "../../http/visit";
import { isFresh } from "../../session/check";
import type { SignedIn } from "../../session/signed-in";
import { keepDraft } from "../draft";
import { homePath, onForm, type PageServices } from "../services";

/** A form that a user posts about their own account. */
export interface OwnerPost {
  visit: Visit;
  form: Form;
  signedIn: SignedIn;
  /** The session in use. */
  current: Current;
}

type Answer = Response | Promise<Response>;

/** A handler for a form about the visitor's own account; whoever is not signed in signs in first, and comes back. */
export const onOwnerForm = (services: PageServices, act: (post: OwnerPost) => Answer) =>
  onForm(services, async (visit, form) => {
    const signedIn = await visit.signedIn();
    if (!signedIn) return signInAgain(visit, services, form);
    const post = { visit, form, signedIn, current: currentOf(signedIn) };
    return olderThanSignIn(post) ?? act(post);
  });

/**
 * The answer to a form that names another account than the one in use, which was signed in to since: nothing is done,
 * and the account in use says so. Undefined for every other form.
 */
export const olderThanSignIn = ({ visit, form, signedIn }: OwnerPost): Response | undefined =>
  namesAnother(form, signedIn.user.email) ? seeOther(visit, `${homePath}?notice=page_old`) : undefined;

/** Whether a form names an account, by its address, and another one than this. */
export const namesAnother = (form: Form, email: string): boolean =>
  form.has("account") && form.get("account") !== email;

/** A handler for a page of the visitor's own account; whoever is not signed in signs in first, and comes back. */
export const forOwner =
  (show: (visit: Visit, signedIn: SignedIn) => Answer) =>
  async ({ visit }: { visit: Visit }): Promise<Response> => {
    const signedIn = await visit.signedIn();
    return signedIn ? show(visit, signedIn) : signInFirst(visit);
  };

/** The session in use of whoever is signed in. */
export const currentOf = ({ user, session }: SignedIn): Current => ({ userId: user.id, sessionId: session.id });

/** To the sign-in page, which says that the session ended meanwhile, and back to the form with what was typed. */
export function signInAgain(visit: Visit, services: PageServices, form: Form): Response {
  return sessionOver(visit, keepDraft(services, form, pathOf(visit)));
}

/** To the sign-in page, which says that the session is over, and whether cookies keep what was typed. */
export function sessionOver(visit: Visit, kept: string[] = []): Response {
  const notice = kept.length > 0 ? "session_over_kept" : "session_over";
  return seeOther(visit, withReturnTo(`/sign-in?notice=${notice}`, pathOf(visit)), kept);
}

/** To the sign-in page, and back to the page that was wanted. */
export const signInFirst = (visit: Visit): Response => seeOther(visit, withReturnTo("/sign-in", pathOf(visit)));

const pathOf = ({ request }: Visit) => new URL(request.url).pathname;

interface Wanted {
  /** The fields of the form to be asked again together with the proof. */
  fields: readonly string[];
  /** What the proof is for: the page that asks for it says so. */
  purpose: keyof Words["proof"]["texts"] | ProofProps["purpose"];
  /** How many factors the session in use, or the proof, must have; 1 where it is left out. */
  factors?: 1 | 2;
}

/** A fresh sign-in: the session in use, and whether the proof has just made it in the place of another. */
interface Fresh {
  current: Current;
  isNew: boolean;
}

/**
 * For what matters: the user proved who they are a short while ago, or does now, which gives a new session. An answer
 * instead, with the proof to be given, when it is missing or wrong; it carries what was asked for, so that nothing
 * need be typed twice.
 */
export async function requireFreshSignIn(
  services: PageServices,
  post: OwnerPost,
  wanted: Wanted,
): Promise<Fresh | Response> {
  const { visit, form, signedIn, current } = post;
  const { factors = 1 } = wanted;
  if (await isEnough(services, signedIn, factors)) return { current, isNew: false };
  const proofs = proofsOf(services, factors);
  const proof = proofs.find(({ field }) => form.get(field) !== "") ?? proofs.find(({ field }) => form.has(field));
  if (!proof) return askForProof(services, post, wanted);
  const value = form.get(proof.field);
  if (value === "") return askForProof(services, post, { ...wanted, problem: { problem: proof.missing } });
  const given = { current, email: signedIn.user.email, value, password: form.get("proof") };
  const proved = await proof.check(services, visit, given);
  if (!proved.ok && proved.problem === "signed_out") return signInFirst(visit);
  if (!proved.ok) return askForProof(services, post, { ...wanted, problem: proved });
  handOver(visit, services, proved.value);
  return { current: { ...current, sessionId: proved.value.sessionId }, isNew: true };
}

/** The answer brings the browser the session that took the place of the visitor's, and makes it a known one. */
export function handOver(visit: Visit, services: PageServices, rotated: Rotated): void {
  services.door.handOver(visit, rotated);
  const { cookie } = deviceOf(visit, services);
  if (cookie) visit.sessionCookies = [...visit.sessionCookies, cookie];
}

/** The proofs of so many factors. */
const proofsOf = ({ proofs }: PageServices, factors: 1 | 2) =>
  proofs.filter((proof) => proof.factors >= factors && !(factors === 1 && proof.withPassword));

/** Whether so many factors were proved so recently that what matters may be done. */
export async function isEnough(services: PageServices, signedIn: SignedIn, factors: 1 | 2): Promise<boolean> {
  const { config, database } = services;
  const { session } = signedIn;
  if (!isFresh(session.createdAt, config.sessions.freshSeconds) || session.factors < factors) return false;
  return factors === 1 || provedTwoWithin(database, currentOf(signedIn), config.sessions.freshSeconds);
}

/**
 * How many factors a user proves for what opens the account by itself, such as a new passkey: two where the password
 * alone opens nothing, because a code is asked for besides, or two factors of everybody.
 */
export async function factorsToOpen(services: PageServices, userId: string): Promise<1 | 2> {
  const { database, proofs, leastFactors } = services;
  const asked = proofs.filter(({ factors, withPassword }) => withPassword || (leastFactors > 1 && factors > 1));
  return (await canGive(database.orm, asked, userId)) ? 2 : 1;
}

async function askForProof(
  services: PageServices,
  { visit, form, signedIn }: OwnerPost,
  { fields, purpose, factors, problem }: Wanted & { problem?: Problem },
): Promise<Response> {
  const asked = Object.fromEntries(fields.flatMap((name) => (form.has(name) ? [[name, form.get(name)]] : [])));
  if (!problem) noteRefusedAccess(services, visit, { userId: signedIn.user.id, why: "no_proof" });
  const at = problem?.problem.startsWith("password") ? "proof" : "form";
  const state = problem ? problemAt(at, problem) : {};
  const { id: userId, email } = signedIn.user;
  const view = await proofPage(services, { visit, userId, email, purpose, factors, asked, state });
  const answer = await page(view, {
    status: statusOf(problem?.problem ?? "proof_needed"),
    retryAfterSeconds: problem?.retryAfterSeconds,
  });
  return inPlaceOfPage(visit, answer);
}

/** Whose proof is asked for, on which page, and what for. */
interface ProofAsked extends Pick<ProofProps, "email" | "asked" | "state"> {
  visit: Visit;
  userId: string;
  purpose: Wanted["purpose"];
  factors?: Wanted["factors"];
}

/**
 * The page that asks for the password, or whatever the user has in its place, for something that the path of the
 * request does when it is posted.
 */
export async function proofPage(services: PageServices, { visit, userId, purpose, factors = 1, ...given }: ProofAsked) {
  const { with: besides = [], alone = [] } = Object.groupBy(proofsOf(services, factors), ({ withPassword }) =>
    withPassword ? "with" : "alone",
  );
  const withPassword = await viewsOf(services, besides, { visit, userId });
  const isAsked = factors === 1 || withPassword.length > 0;
  const isByPassword = isAsked && (await hasPassword(services.database.orm, userId));
  const others = await viewsOf(services, alone, { visit, userId });
  return ProofPage({
    ...{ ...given, hasPassword: isByPassword, withPassword, others },
    frame: services.frame(visit),
    action: pathOf(visit),
    purpose: typeof purpose === "string" ? purposeIn(visit, purpose, isByPassword) : purpose,
  });
}

type Purpose = keyof Words["proof"]["texts"];

const purposeIn = ({ words: { proof } }: Visit, purpose: Purpose, isByPassword: boolean): ProofProps["purpose"] => ({
  text: isByPassword ? proof.texts[purpose] : proof.otherTexts[purpose],
  action: proof.actions[purpose],
  isDanger: purpose === "delete" || purpose === "removePassword",
});

import { noteRefusedAccess } from "../../../account/access";
import { canGive } from "../../../account/prove";
import { isBlank } from "../../../guard/fields";
import { wrongIn } from "../../../guard/own-words";
import type { Form } from "../../../http/form";
import type { Visit } from "../../../http/visit";
import { currentOf, olderThanSignIn, signInAgain, signInFirst, type OwnerPost } from "../../../pages/account/owner";
import { onForm, type PageServices } from "../../../pages/services";
import { done, type Result } from "../../../result";
import { staffMail } from "../mail-limit";
import { refuse } from "../people/act";
import { isRole, type Role } from "../roles";

/** Somebody with a role, at a page. */
export interface Staff {
  visit: Visit;
  signedIn: OwnerPost["signedIn"];
  roles: readonly Role[];
}

/** The same, and the form that they posted. */
export interface StaffPost extends Staff, OwnerPost {}

type Answer = Response | Promise<Response>;

/**
 * Shows a page to whoever has a role. Nobody signs in first; of a member who has none this is a path like any other
 * that leads nowhere.
 */
export async function forStaff(
  services: PageServices,
  visit: Visit,
  show: (staff: Staff) => Answer,
): Promise<Response> {
  const signedIn = await visit.signedIn();
  return signedIn ? asStaff(services, { visit, signedIn }, show) : signInFirst(visit);
}

/** Reads the form that somebody with a role posted; a session that ended meanwhile is told. */
export const onStaffForm = (
  services: PageServices,
  visit: Visit,
  act: (post: StaffPost) => Answer,
): Promise<Response> =>
  onForm(services, async (_, form: Form) => {
    const signedIn = await visit.signedIn();
    if (!signedIn) return signInAgain(visit, services, form);
    const post = { visit, form, signedIn, current: currentOf(signedIn) };
    return olderThanSignIn(post) ?? asStaff(services, { visit, signedIn }, (staff) => act({ ...staff, ...post }));
  })({ visit });

function asStaff(services: PageServices, who: Omit<Staff, "roles">, answer: (staff: Staff) => Answer): Answer {
  const { visit, signedIn } = who;
  const roles = signedIn.user.roles.filter(isRole);
  if (roles.length > 0) return answer({ ...who, roles });
  noteRefusedAccess(services, visit, { userId: signedIn.user.id, why: "no_role" });
  return services.answerProblem(visit, { problem: "not_found" });
}

/** The answer to somebody whose role does not allow an act. */
export function refuseAct(services: PageServices, { visit, signedIn }: Staff): Answer {
  noteRefusedAccess(services, visit, { userId: signedIn.user.id, why: "no_role" });
  return services.answerProblem(visit, refuse("not_allowed"));
}

/** How many factors an act needs: two for whoever can prove two at once, by a passkey or a code. */
export async function factorsOf({ database, proofs }: PageServices, { signedIn }: Staff): Promise<1 | 2> {
  const strong = proofs.filter(({ factors }) => factors > 1);
  return (await canGive(database.orm, strong, signedIn.user.id)) ? 2 : 1;
}

/** Why it is done, in a form: at least a word, which whoever looks at the events later will understand. */
export function reasonIn(form: Form): Result<string> {
  const reason = form.get("reason").trim();
  const wrong = isBlank(reason) ? "reason_missing" : wrongIn(reason);
  return wrong ? refuse(wrong) : done(reason);
}

/**
 * Counts a mail to an address: whoever has just got one gets no other at once, whichever of the staff asks for it.
 * Refused as too many tries: that a mail was just sent is told to its reader alone.
 */
export async function takeMail({ throttle }: PageServices, email: string): Promise<Result> {
  const counted = await throttle.take([staffMail(email.trim().toLowerCase())]);
  return counted.ok ? counted : { ...counted, problem: "too_many_tries" };
}

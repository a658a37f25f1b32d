import { listInvitations } from "../../../account/invitations";
import { email as typedEmail } from "../../../guard/fields";
import { problemAt, type Form } from "../../../http/form";
import { formAnswer, page, seeOther, type FormProblems } from "../../../http/html";
import { wordsOf } from "../../../http/language";
import type { Problem } from "../../../http/problem";
import { takeDraft } from "../../../pages/draft";
import { requireFreshSignIn } from "../../../pages/account/owner";
import { rawBody, routesOf, type PageServices } from "../../../pages/services";
import { done, type Result } from "../../../result";
import { allows, refuseTyped, type By } from "../people/act";
import { invite, uninvite } from "../people/invite";
import { InvitationsPage, InviteForm, RevokeForm, type InvitationsProps } from "../views/invitations";
import { pageWords } from "../words/pages";
import { factorsOf, forStaff, onStaffForm, reasonIn, refuseAct, takeMail, type Staff, type StaffPost } from "./staff";

const path = "/admin/invitations";

/** `/admin/invitations`: who is invited; inviting somebody, and taking it back. */
export const invitationsPage = (services: PageServices) =>
  routesOf("admin/invitations")
    .get(path, ({ visit }) => forStaff(services, visit, (staff) => show(staff, services)))
    .post(path, ({ visit }) => onStaffForm(services, visit, (post) => act(post, services)), rawBody);

const onOnePage = 50;
const dones = ["invited", "revoked"] as const;

async function show(staff: Staff, services: PageServices) {
  const query = new URL(staff.visit.request.url).searchParams;
  const props = await propsOf(staff, services);
  const revoked = typedEmail.safeParse(query.get("revoke") ?? "");
  const revoking = props.mayInvite ? revoked.data : undefined;
  const done = dones.find((one) => one === query.get("done"));
  const { typed, cookies } = takeDraft(staff.visit, services);
  return page(InvitationsPage({ ...props, revoking, done, state: { values: typed } }), { cookies });
}

async function propsOf({ visit, roles }: Staff, services: PageServices): Promise<InvitationsProps> {
  const asked = new URL(visit.request.url).searchParams.get("before") ?? "";
  const before = /^[\da-f-]{36}$/i.test(asked) ? asked : undefined;
  const found = await listInvitations(services.database.orm, { count: onOnePage + 1, before });
  const invitations = found.slice(0, onOnePage);
  return {
    ...{ frame: services.frame(visit), own: pageWords[visit.language], invitations, state: {} },
    language: visit.language,
    languages: services.config.languages.map((code) => [code, wordsOf(code).name]),
    isFirst: before === undefined,
    mayInvite: allows("invite", roles, []),
    next: found.length > onOnePage ? `${path}?before=${invitations.at(-1)?.id}` : undefined,
  };
}

/** Invites an address, or takes its invitation back: both are decided by `mayDo` in the transaction. */
async function act(post: StaffPost, services: PageServices): Promise<Response> {
  const { visit, form, roles } = post;
  if (!allows("invite", roles, [])) return refuseAct(services, post);
  const { invitations: own, form: ofForms } = pageWords[visit.language];
  const [email, revoked] = [form.get("email"), form.get("revoke")];
  const language = services.config.languages.find((code) => code === form.get("language"));
  const props = await propsOf(post, services);
  const again = (wrong: FormProblems) => {
    const state = { values: { email, reason: form.get("reason"), language }, ...wrong };
    const views = { form: revoked ? RevokeForm : InviteForm, page: InvitationsPage };
    return formAnswer(visit, views, { ...props, revoking: revoked || undefined, state });
  };
  const reason = reasonIn(form);
  const address = revoked ? done(revoked) : addressIn(form);
  if (!reason.ok || !address.ok) {
    const problems = { ...(!address.ok && { email: address.problem }), ...(!reason.ok && { reason: reason.problem }) };
    return again({ problems });
  }
  const action = revoked ? own.revoke : own.action;
  const purpose = { text: ofForms.proof(action, revoked || email), action };
  const factors = await factorsOf(services, post);
  const fields = ["email", "language", "reason", "revoke"];
  const fresh = await requireFreshSignIn(services, post, { fields, purpose, factors });
  if (fresh instanceof Response) return fresh;
  const { userId: actor, sessionId } = fresh.current;
  const by: By = { actor, sessionId, reason: reason.value };
  if (revoked) {
    const ended = await uninvite(services, { email: revoked, by });
    if (!ended.ok) return services.answerProblem(visit, ended);
    return seeOther(visit, `${path}?done=revoked`);
  }
  const counted = await takeMail(services, email);
  const invited = counted.ok ? await invite(services, { email, language, by }) : counted;
  if (!invited.ok) return again(problemAt(fieldOf(invited), invited));
  return seeOther(visit, `${path}?done=invited`);
}

function addressIn(form: Form): Result<string> {
  const typed = typedEmail.safeParse(form.get("email"));
  return typed.success ? done(typed.data) : refuseTyped(typed.error);
}

const fieldOf = ({ problem }: Problem) => (problem === "has_account" ? "email" : "form");

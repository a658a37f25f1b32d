import { streamOf } from "../../../account/export";
import { formAnswer, inPlaceOfPage, jsonFile, page, seeOther } from "../../../http/html";
import { problemAt } from "../../../http/form";
import type { Problem } from "../../../http/problem";
import { takeDraft } from "../../../pages/draft";
import { requireFreshSignIn } from "../../../pages/account/owner";
import { rawBody, routesOf, type PageServices } from "../../../pages/services";
import { done } from "../../../result";
import type { PersonView } from "../people/person";
import { ActForm, ActPage, type ActProps } from "../views/person-act";
import { pageWords } from "../words/pages";
import { isPersonAct, personActs, type ActField, type PersonAct } from "./acts";
import { actsFor, pathOf, readPerson } from "./person";
import { factorsOf, forStaff, onStaffForm, reasonIn, refuseAct, takeMail, type Staff, type StaffPost } from "./staff";

const path = "/admin/people/:id/:act";

/** `/admin/people/:id/:act`: says what will happen, asks why, and does it once it is proved who asks. */
export const personActPage = (services: PageServices) =>
  routesOf("admin/person-act")
    .get(path, ({ visit, params }) =>
      forStaff(services, visit, (staff) => onPerson({ ...params, staff, services }, show)),
    )
    .post(
      path,
      ({ visit, params }) =>
        onStaffForm(services, visit, (post) =>
          onPerson({ ...params, staff: post, services }, (asked) => run({ ...asked, post })),
        ),
      rawBody,
    );

interface Asked {
  staff: Staff;
  services: PageServices;
  person: PersonView;
  act: PersonAct;
}

/** An act that is not offered, on somebody as they are, is nowhere; one who is gone meanwhile is told. */
async function onPerson(
  { id, act, staff, services }: { id: string; act: string; staff: Staff; services: PageServices },
  answer: (asked: Asked) => Response | Promise<Response>,
): Promise<Response> {
  const { visit, roles } = staff;
  const person = await readPerson(services, id);
  if (!person || !isPersonAct(act)) return services.answerProblem(visit, { problem: "not_found" });
  if (actsFor(person, roles, services).includes(act)) return answer({ staff, services, person, act });
  if (actsFor(person, ["admin"], services).includes(act)) return refuseAct(services, staff);
  return seeOther(visit, pathOf(id)); // it was done meanwhile, perhaps by somebody else
}

const propsOf = ({ staff: { visit }, services, person, act }: Asked, state: ActProps["state"]): ActProps => {
  const { fields = [], isDanger = false, isTold = false, download } = personActs[act];
  const of = { frame: services.frame(visit), own: pageWords[visit.language], person: person.profile, act, state };
  return { ...of, fields, isDanger, isTold, isDownload: download !== undefined };
};

function show(asked: Asked): Promise<Response> {
  const { typed, cookies } = takeDraft(asked.staff.visit, asked.services);
  return page(ActPage(propsOf(asked, { values: typed })), { cookies });
}

/** The fields at which a refusal of the act itself is shown. */
const fieldOf: Partial<Record<string, ActField>> = {
  until_past: "until",
  words_too_long: "words",
  words_unprintable: "words",
  email_needed: "email",
  email_malformed: "email",
  email_is_theirs: "email",
  email_taken: "email",
  role_needs_address: "email",
};

async function run({ post, ...asked }: Asked & { post: StaffPost }): Promise<Response> {
  const { services, person, act } = asked;
  const { visit, form } = post;
  const own = pageWords[visit.language];
  const offered = personActs[act];
  const { fields = [], isDanger } = offered;
  const names = ["reason", ...fields] as const;
  const values = Object.fromEntries(names.map((name) => [name, form.get(name)]));
  const again = (problem: Problem, field = fieldOf[problem.problem] ?? "form") => {
    const state = { values, ...problemAt(field, problem) };
    return formAnswer(visit, { form: ActForm, page: ActPage }, propsOf(asked, state));
  };
  const reason = reasonIn(form);
  if (!reason.ok) return again(reason, "reason");
  const { title } = own.acts[act];
  const purpose = { text: own.form.proof(title, person.profile.email), action: own.acts[act].action, isDanger };
  const wanted = { fields: names, purpose, factors: await factorsOf(services, post) };
  const fresh = await requireFreshSignIn(services, post, wanted);
  if (fresh instanceof Response) return fresh;
  if (offered.download && fresh.isNew) return showReady(asked, values);
  const { userId: actor, sessionId } = fresh.current;
  const order = { userId: person.profile.id, by: { actor, sessionId, reason: reason.value } };
  if (offered.download) {
    // As often as its owner may have it, and not counted with theirs.
    const counted = await services.throttle.take([{ kind: "export", key: `${actor} ${person.profile.id}` }]);
    const pieces = counted.ok ? await offered.download(services, order) : counted;
    return pieces.ok ? fileOf(asked, pieces.value) : again(pieces);
  }
  const email = offered.mailsTo?.(person, form);
  const counted = email === undefined ? done() : await takeMail(services, email);
  const worked = counted.ok ? await offered.run(services, order, form) : counted;
  if (!worked.ok) return again(worked);
  return seeOther(visit, onwardFrom(asked, post));
}

/** Where it goes on: not on the page of somebody who is gone, nor in the administration after one's own last role. */
function onwardFrom({ person, act }: Asked, { form, roles, current }: StaffPost): string {
  if (act === "delete" && form.get("now") === "on") return "/admin/people?done=deleted";
  const isOwn = person.profile.id === current.userId;
  if (isOwn && roles.every((role) => act === `take-${role}`)) return "/account";
  return `${pathOf(person.profile.id)}?done=${act}`;
}

/** The form of a download once more, after a proof: a script that sent the proof could not keep the file. */
async function showReady(asked: Asked, values: ActProps["state"]["values"]): Promise<Response> {
  const view = ActPage({ ...propsOf(asked, { values }), isReady: true });
  return inPlaceOfPage(asked.staff.visit, await page(view));
}

/** Named after the person's id, of which a file's name may not have every sign. */
function fileOf({ services: { log }, person: { profile } }: Asked, pieces: AsyncGenerator<string>): Response {
  const name = `data-${profile.id.replaceAll(/[^\w-]/g, "").slice(0, 64)}.json`;
  return jsonFile(name, streamOf(pieces, { release: () => Promise.resolve(), log }));
}

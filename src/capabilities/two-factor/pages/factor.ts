import { noteRefusedAccess } from "../../../account/access";
import { bySession } from "../../../account/act";
import { strongProofs, viewsOf, type Proof } from "../../../account/prove";
import { byPasskey } from "../../../account/sessions";
import { code as sixDigits } from "../../../guard/fields";
import { problemAt } from "../../../http/form";
import { formAnswer, inPlaceOfPage, page, seeOther } from "../../../http/html";
import { statusOf, type Problem } from "../../../http/problem";
import type { Visit } from "../../../http/visit";
import { factorsToOpen, forOwner, handOver, onOwnerForm, requireFreshSignIn } from "../../../pages/account/owner";
import { signInFirst, type OwnerPost } from "../../../pages/account/owner";
import { rawBody, routesOf, type PageServices } from "../../../pages/services";
import { done, type Result } from "../../../result";
import { carryCodes, carriedCodes, offeredSecret, offerSecret } from "../carried";
import { countTrusted, factorOf } from "../factor";
import { allowChange, countChange, forgetBrowsers, keepFactor, renewCodes, setUpApp, turnOff } from "../manage";
import { withCode, type Changed, type Manager, type Work } from "../manage";
import { factorPath } from "../paths";
import { uriOf } from "../time-code";
import type { FactorTools } from "../tools";
import { CodesPage } from "../views/codes";
import { FactorPage, ProveForm, ProvePage, type FactorAct } from "../views/factor-page";
import { SetUpForm, SetUpPage, type SetUpProps } from "../views/set-up";
import { words } from "../words";

interface Parts {
  services: PageServices;
  tools: FactorTools;
  isRequired: boolean;
}

/** `/account/security/second-factor`: set up, change, turn off; and the file with the recovery codes. */
export function factorPage(services: PageServices, tools: FactorTools, isRequired: boolean) {
  const parts = { services, tools, isRequired };
  return routesOf("account/security/second-factor")
    .get(
      factorPath,
      forOwner((visit, { user }) => show(visit, user.id, parts)),
    )
    .post(
      factorPath,
      onOwnerForm(services, (post) => change(post, parts)),
      rawBody,
    )
    .get("/account/security/recovery-codes", ({ visit }) => seeOther(visit, factorPath)) // after a new sign-in, say
    .post(
      "/account/security/recovery-codes",
      onOwnerForm(services, (post) => download(post, parts)),
      rawBody,
    );
}

async function show(visit: Visit, userId: string, { services, isRequired }: Parts): Promise<Response> {
  const { orm } = services.database;
  const state = await factorOf(orm, userId);
  const factor = state && { ...state, trustedBrowsers: await countTrusted(orm, userId) };
  return page(FactorPage({ frame: services.frame(visit), own: words[visit.language], factor, isRequired }));
}

const acts: readonly FactorAct[] = ["change", "codes", "off"];

async function change(post: OwnerPost, parts: Parts): Promise<Response> {
  const { visit, form, current } = post;
  const { services, tools } = parts;
  const asked = form.get("act");
  if (asked === "begin") return begin(post, parts);
  if (asked === "confirm") return confirm(post, parts);
  if (asked === "forget" || asked === "keep") {
    const safer = asked === "forget" ? forgetBrowsers : keepFactor;
    const done = await safer(services, tools, { visit, current });
    if (done.ok) return seeOther(visit, factorPath);
    return done.problem === "signed_out" ? signInFirst(visit) : services.answerProblem(visit, done);
  }
  const act = acts.find((one) => one === asked);
  return act ? actWithProof(post, act, parts) : services.answerProblem(visit, { problem: "malformed" });
}

/** Begins to set up the first app: whoever asks for it proves who they are first, and then the secret is shown. */
async function begin(post: OwnerPost, parts: Parts): Promise<Response> {
  const { visit, signedIn } = post;
  const { services } = parts;
  if (await factorOf(services.database.orm, signedIn.user.id)) return seeOther(visit, factorPath);
  const factors = await factorsToOpen(services, signedIn.user.id);
  const fresh = await requireFreshSignIn(services, post, { fields: ["act"], purpose: "secondFactor", factors });
  if (fresh instanceof Response) return fresh;
  return offer({ ...post, current: fresh.current }, parts);
}

const managerOf = ({ visit, current, signedIn }: OwnerPost): Manager => ({
  visit,
  current,
  email: signedIn.user.email,
  methods: signedIn.session.methods,
});
const placeOf = ({ current }: OwnerPost) => ({ userId: current.userId, place: current.sessionId });

/** Shows a new secret. Whoever may see this page may set up an app, as long as the session in use lasts. */
async function offer(post: OwnerPost, { services, tools }: Parts): Promise<Response> {
  const props = setUpProps(post, services, { ...offerSecret(placeOf(post), tools), state: {} });
  return inPlaceOfPage(post.visit, await page(SetUpPage(props)));
}

function setUpProps(
  { visit, signedIn }: OwnerPost,
  services: PageServices,
  shown: Pick<SetUpProps, "secret" | "sealed" | "state">,
): SetUpProps {
  const { email } = signedIn.user;
  return {
    ...shown,
    frame: services.frame(visit),
    own: words[visit.language],
    uri: uriOf(shown.secret, { brand: services.config.brand.name, email }),
    action: factorPath,
    cancel: factorPath,
  };
}

async function confirm(post: OwnerPost, parts: Parts): Promise<Response> {
  const { visit, form } = post;
  const { services, tools } = parts;
  const sealed = form.get("sealed");
  const secret = offeredSecret(sealed, placeOf(post), tools);
  if (secret === undefined) return services.answerProblem(visit, tools.refuse("factor_set_up_over"));
  const typed = sixDigits.safeParse(form.get("code"));
  const wrong = tools.refuse(form.get("code") ? "factor_code_wrong" : "factor_code_missing");
  const made = typed.success
    ? await setUpApp(services, tools, { ...managerOf(post), secret, code: typed.data })
    : wrong;
  if (made.ok) return showChange(post, parts, made.value);
  if (made.problem === "signed_out") return signInFirst(visit);
  const state = problemAt(made.problem.startsWith("factor_") ? "code" : "form", made);
  const props = setUpProps(post, services, { secret, sealed, state });
  return formAnswer(visit, { form: SetUpForm, page: SetUpPage }, props);
}

/** What needs two factors proved, and asks for that first: a code of the app, used up by the act, or a passkey. */
async function actWithProof(post: OwnerPost, act: FactorAct, parts: Parts): Promise<Response> {
  const { visit, form, current } = post;
  const { services, tools, isRequired } = parts;
  if (act === "off" && isRequired) return services.answerProblem(visit, tools.refuse("factor_required"));
  if (!(await factorOf(services.database.orm, current.userId))) return seeOther(visit, factorPath);
  const given = strongProofs(services).find(({ field }) => form.get(field) !== "");
  if (!given && !form.has("code")) return askForProof(post, act, parts);
  const counted = await countChange(services, current.userId);
  if (!counted.ok) return askForProof(post, act, { ...parts, problem: counted });
  const proved = given ? await proveOtherwise(post, given, services) : done(post);
  if (!proved.ok && proved.problem === "signed_out") return signInFirst(visit);
  if (!proved.ok) return askForProof(post, act, { ...parts, problem: proved });
  const now = proved.value;
  const work = await workOf(act, managerOf(now), parts);
  const worked = given
    ? await tools.act(services, { visit, subject: bySession(now.current) }, work)
    : await withCode(services, tools, { visit, current, typed: form.get("code"), work });
  if (!worked.ok && worked.problem === "signed_out") return signInFirst(visit);
  if (!worked.ok) return askForProof(post, act, { ...parts, problem: worked });
  return act === "change" ? offer(now, parts) : showChange(now, parts, worked.value);
}

/** Proves it in another way than with a code; the session in use is replaced. */
async function proveOtherwise(post: OwnerPost, proof: Proof, services: PageServices): Promise<Result<OwnerPost>> {
  const { visit, form, signedIn, current } = post;
  const given = { current, email: signedIn.user.email, value: form.get(proof.field), password: "" };
  const proved = await proof.check(services, visit, given);
  if (!proved.ok) return proved;
  const { sessionId } = proved.value;
  const session = { ...signedIn.session, methods: byPasskey.methods };
  handOver(visit, services, proved.value);
  return done({ ...post, signedIn: { ...signedIn, session }, current: { ...current, sessionId } });
}

/** The work of an act, once it was proved who asks for it. */
async function workOf(act: FactorAct, manager: Manager, { services, tools }: Parts): Promise<Work<Changed>> {
  if (act === "codes") return renewCodes(services, tools, manager);
  if (act === "off") return turnOff(services, manager);
  return allowChange(manager);
}

async function askForProof(
  { visit, current }: OwnerPost,
  act: FactorAct,
  { services, problem }: Parts & { problem?: Problem },
): Promise<Response> {
  const at = problem?.problem.startsWith("factor_") ? "code" : "form";
  const state = problem ? problemAt(at, problem) : {};
  const others = await viewsOf(services, strongProofs(services), { visit, userId: current.userId });
  const props = { frame: services.frame(visit), own: words[visit.language], act, state, others };
  if (problem) return formAnswer(visit, { form: ProveForm, page: ProvePage }, props);
  noteRefusedAccess(services, visit, { userId: current.userId, why: "no_proof" });
  const answer = await page(ProvePage(props), { status: statusOf("proof_needed") });
  return inPlaceOfPage(visit, answer);
}

/** Shows the new codes, this once; or leads back to the page. */
async function showChange(
  { visit, current }: OwnerPost,
  { services, tools }: Parts,
  { rotated, codes }: Changed,
): Promise<Response> {
  if (rotated) handOver(visit, services, rotated);
  if (!codes) return seeOther(visit, factorPath);
  const sealed = carryCodes(codes, current.userId, tools);
  const props = { frame: services.frame(visit), own: words[visit.language], codes, sealed, next: factorPath };
  return inPlaceOfPage(visit, await page(CodesPage(props)));
}

const asFile = {
  "content-type": "text/plain; charset=utf-8",
  "content-disposition": 'attachment; filename="recovery-codes.txt"',
  "cache-control": "no-store",
};

function download({ visit, form, current }: OwnerPost, { services, tools }: Parts): Response | Promise<Response> {
  const codes = carriedCodes(form.get("sealed"), current.userId, tools);
  if (!codes) return services.answerProblem(visit, { problem: "malformed" });
  const head = words[visit.language].codes.file(services.config.brand.name);
  return new Response(`${[head, "", ...codes].join("\n")}\n`, { headers: asFile });
}

import { AccountProfilePage } from "../../../views/account-profile";
import { removePicture, savePicture } from "../../account/picture";
import { page, seeOther } from "../../http/html";
import { ownerOf } from "../../http/page-context";
import { isOwnPost } from "../../http/post-origin";
import { statusOf, type Problem } from "../../http/problem";
import { announcesUpload, readUpload, uploadPath } from "../../http/upload";
import type { Visit } from "../../http/visit";
import { done, type Result } from "../../result";
import type { SignedIn } from "../../session/signed-in";
import { rawBody, routesOf, type PageServices } from "../services";
import { currentOf, olderThanSignIn, onOwnerForm, sessionOver, type OwnerPost } from "./owner";

const path = "/account/picture";
const profile = "/account/profile";

/**
 * `/account/picture`: takes the picture away, which may have been given through the API, perhaps by a stranger who made
 * the account; `/account/picture/upload` takes another one. Both are forms of the profile, and lead there.
 */
export const picturePage = (services: PageServices) =>
  routesOf("account/picture")
    .get(path, ({ visit }) => seeOther(visit, profile))
    .get(uploadPath, ({ visit }) => seeOther(visit, profile))
    .post(
      path,
      onOwnerForm(services, (post) => remove(post, services)),
      rawBody,
    )
    .post(uploadPath, ({ visit }) => upload(visit, services), rawBody);

async function remove({ visit, current }: OwnerPost, services: PageServices) {
  const { throttle, answerProblem } = services;
  const counted = await throttle.take([{ kind: "change", key: `picture ${current.userId}` }]);
  if (!counted.ok) return answerProblem(visit, counted);
  const removed = await removePicture(services, { visit, current });
  if (removed.ok) return seeOther(visit, `${profile}?notice=picture_removed`);
  return removed.problem === "signed_out" ? sessionOver(visit) : answerProblem(visit, removed);
}

/** A body so large is read for whoever is signed in, and not more often than a picture may be changed. */
async function upload(visit: Visit, services: PageServices) {
  const { config, throttle, answerProblem } = services;
  if (!isOwnPost(visit.request.headers, config.origin)) return answerProblem(visit, { problem: "cross_site" });
  const signedIn = await visit.signedIn();
  if (!signedIn) return sessionOver(visit);
  const announced = announcesUpload(visit.request);
  const counted = announced.ok
    ? await throttle.take([{ kind: "change", key: `picture ${signedIn.user.id}` }])
    : announced;
  const saved = counted.ok ? await save(visit, signedIn, services) : counted;
  if (saved.ok) return saved.value ?? seeOther(visit, `${profile}?notice=picture_saved`);
  if (saved.problem === "signed_out") return sessionOver(visit);
  if (["malformed", "not_a_form"].includes(saved.problem)) return answerProblem(visit, saved);
  return refuse(visit, signedIn, { services, problem: saved });
}

/** Gives the answer to a form of another account than the one in use, for which nothing is kept. */
async function save(visit: Visit, signedIn: SignedIn, services: PageServices): Promise<Result<Response | undefined>> {
  const sent = await readUpload(visit.request, "picture");
  if (!sent.ok) return sent;
  const { file, form } = sent.value;
  const current = currentOf(signedIn);
  const older = olderThanSignIn({ visit, form, signedIn, current });
  if (older) return done(older);
  const made = await services.pictures.make(file);
  if (!made.ok) return made;
  return savePicture(services, { visit, current }, made.value);
}

function refuse(visit: Visit, { user }: SignedIn, { services, problem }: { services: PageServices; problem: Problem }) {
  const owner = ownerOf(user, services.config.origin);
  const { retryAfterSeconds } = problem;
  const pictureState = { problems: { form: problem.problem }, retryAfterSeconds };
  const view = AccountProfilePage({ frame: services.frame(visit), owner, state: {}, pictureState });
  return page(view, { status: statusOf(problem.problem), retryAfterSeconds });
}

import { seeOther } from "../../http/html";
import { rawBody, routesOf, type PageServices } from "../services";
import { onOwnerForm, signInFirst, type OwnerPost } from "./owner";

const path = "/account/picture";

/**
 * `/account/picture`: takes the picture away. It was given through the API, perhaps by a stranger who made the
 * account.
 */
export const picturePage = (services: PageServices) =>
  routesOf("account/picture").post(
    path,
    onOwnerForm(services, (post) => removePicture(post, services)),
    rawBody,
  );

async function removePicture({ visit, current }: OwnerPost, { door, throttle, answerProblem }: PageServices) {
  const counted = await throttle.take([{ kind: "change", key: `picture ${current.userId}` }]);
  if (!counted.ok) return answerProblem(visit, counted);
  const removed = await door.submit(visit, "/update-user", { image: null });
  if (removed.ok) return seeOther(visit, "/account/profile?notice=picture_removed", removed.value.cookies);
  return removed.problem === "signed_out" ? signInFirst(visit) : answerProblem(visit, removed);
}

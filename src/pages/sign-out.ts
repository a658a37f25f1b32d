import { SignOutPage } from "../../views/sign-out";
import type { Form } from "../http/form";
import { page, seeOther } from "../http/html";
import type { Visit } from "../http/visit";
import { onForm, rawBody, routesOf, type PageServices } from "./services";

const signedOutPath = "/sign-in?notice=signed_out";

/** `/sign-out`: a page with a button, because a link that signs out could be put anywhere; and the act. */
export function signOutPage(services: PageServices) {
  const { frame, returnTo } = services;
  return routesOf("sign-out")
    .get("/sign-out", async ({ visit }) => {
      const target = returnTo(visit);
      const signedIn = await visit.signedIn();
      if (!signedIn) return seeOther(visit, target ?? signedOutPath);
      return page(SignOutPage({ frame: frame(visit), name: signedIn.user.name, returnTo: target }));
    })
    .post(
      "/sign-out",
      onForm(services, (visit, form) => signOut(visit, form, services)),
      rawBody,
    );
}

async function signOut(visit: Visit, form: Form, { door, answerProblem, returnTo }: PageServices) {
  const target = returnTo(visit, form);
  const signedOut = await door.submit(visit, "/sign-out", {});
  if (!signedOut.ok) return answerProblem(visit, { problem: "not_signed_out" });
  const answer = seeOther(visit, target ?? signedOutPath);
  // The next user of this browser finds nothing. Not "cache", which browsers walk through whole, nor "cookies", which
  // would take the device's along.
  answer.headers.set("clear-site-data", '"storage"');
  return answer;
}

import { Elysia } from "elysia";
import { SignOutPage } from "../../views/sign-out";
import { readForm } from "../http/form";
import { page, seeOther } from "../http/html";
import type { PageNeeds } from "./needs";

const signedOutPath = "/sign-in?notice=signed_out";

/** `/sign-out`: a page with a button, because a link that signs out could be put anywhere; and the act. */
export function signOutPage(needs: PageNeeds) {
  const { frame, check, returnTo } = needs;
  return new Elysia({ name: "page/sign-out" })
    .get("/sign-out", async ({ request }) => {
      const target = returnTo(request);
      const signedIn = await check(request.headers.get("cookie"));
      if (!signedIn) return seeOther(request, target ?? signedOutPath);
      return page(SignOutPage({ frame: frame(request), name: signedIn.user.name, returnTo: target }));
    })
    .post("/sign-out", ({ request }) => signOut(request, needs), { parse: "none" });
}

async function signOut(request: Request, { config, door, answerProblem, returnTo }: PageNeeds) {
  const form = await readForm(request, config.origin);
  if ("problem" in form) return answerProblem(request, form);
  const target = returnTo(request, form);
  const signedOut = await door.submit(request, "/sign-out", {});
  if (!signedOut.done) return answerProblem(request, { problem: "not_signed_out" });
  const answer = seeOther(request, target ?? signedOutPath, signedOut.cookies);
  answer.headers.set("clear-site-data", '"storage"'); // whoever sits here next finds nothing; not "cache", which browsers walk through whole, nor "cookies", which would take the device's along
  return answer;
}

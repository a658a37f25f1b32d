import { Elysia } from "elysia";
import { withReturnTo } from "../../views/kit";
import { confirmNewEmail } from "../account/change-email";
import { deviceOf } from "../account/devices";
import { readForm } from "../http/form";
import { seeOther } from "../http/html";
import type { SignedIn } from "../session/signed-in";
import { actOnLink, showLink, tokenIn, type Link } from "./link";
import type { PageNeeds } from "./needs";

/** `/confirm-email`: the new address of an account confirms, from the mail that went there, by somebody who is signed in to it. */
export function confirmEmailPage(needs: PageNeeds) {
  return new Elysia({ name: "page/confirm-email" })
    .get("/confirm-email", async ({ request }) => {
      const signedIn = await needs.check(request.headers.get("cookie"));
      return signedIn
        ? showLink(request, needs, linkOf(request, needs, signedIn))
        : signInFirst(request, tokenIn(request));
    })
    .post("/confirm-email", ({ request }) => confirm(request, needs), { parse: "none" });
}

async function confirm(request: Request, needs: PageNeeds) {
  const form = await readForm(request, needs.config.origin);
  if ("problem" in form) return needs.answerProblem(request, form);
  const signedIn = await needs.check(request.headers.get("cookie"));
  return signedIn
    ? actOnLink(request, needs, linkOf(request, needs, signedIn), form)
    : signInFirst(request, form.get("token"));
}

const linkOf = ({ headers }: Request, { account }: PageNeeds, { user, session }: SignedIn): Link => ({
  path: "/confirm-email",
  purpose: "confirm_email",
  words: ({ links: { confirmEmail } }, address) => ({ ...confirmEmail, text: confirmEmail.text(address) }),
  act: async (token, client) =>
    (await confirmNewEmail(
      account,
      token,
      { userId: user.id, sessionId: session.id, device: deviceOf(headers, account) },
      client,
    )) ?? "/account/email?notice=email_changed",
});

const signInFirst = (request: Request, token: string) =>
  seeOther(request, withReturnTo("/sign-in", `/confirm-email?token=${encodeURIComponent(token)}`));

import { withReturnTo } from "../../views/kit";
import { confirmNewEmail } from "../account/change-email";
import { peek } from "../account/tokens";
import { seeOther } from "../http/html";
import type { Visit } from "../http/visit";
import { done } from "../result";
import type { SignedIn } from "../session/signed-in";
import { currentOf } from "./account/owner";
import { keepJourney } from "./journey";
import { actOnLink, showLink, tokenIn, type Link } from "./link";
import { onForm, rawBody, routesOf, type PageServices } from "./services";

const path = "/confirm-email";

/** `/confirm-email`: a new email address is confirmed, from the mail that went there, by a user who is signed in. */
export function confirmEmailPage(services: PageServices) {
  return routesOf("confirm-email")
    .get(path, async ({ visit }) => {
      const signedIn = await visit.signedIn();
      return signedIn
        ? showLink(visit, services, linkOf(services, signedIn))
        : signInFirst(visit, services, tokenIn(visit));
    })
    .post(
      path,
      onForm(services, async (visit, form) => {
        const signedIn = await visit.signedIn();
        const token = form.get("token");
        return signedIn
          ? actOnLink(visit, services, { link: linkOf(services, signedIn), token })
          : signInFirst(visit, services, token);
      }),
      rawBody,
    );
}

const pathOf = (token: string) => `${path}?token=${encodeURIComponent(token)}`;

const linkOf = (services: PageServices, signedIn: SignedIn): Link => ({
  path,
  purpose: "confirm_email",
  first: ({ userId }, token) => (userId === signedIn.user.id ? undefined : withReturnTo("/sign-out", pathOf(token))),
  words: ({ links: { confirmEmail } }, email) => ({ ...confirmEmail, text: confirmEmail.text(email) }),
  async act(visit, token) {
    const changed = await confirmNewEmail(services, visit, { token, current: currentOf(signedIn) });
    return changed.ok ? done({ next: "/account/email?notice=email_changed" }) : changed;
  },
});

/** The address that an account has, and the one that it would have, where a visitor is on the way to change it. */
export async function addressesOf({ database }: PageServices, target: string | undefined) {
  const token = target?.startsWith(`${path}?`) ? new URLSearchParams(target.slice(path.length)).get("token") : null;
  const asked = token ? await peek(database.orm, "confirm_email", token) : undefined;
  return asked?.otherEmail ? { from: asked.otherEmail, to: asked.email } : undefined;
}

/**
 * To the sign-in page, which says why, with the address filled in that the account still has: most people would try the
 * new one.
 */
async function signInFirst(visit: Visit, services: PageServices, token: string): Promise<Response> {
  const email = (await peek(services.database.orm, "confirm_email", token))?.otherEmail;
  const cookies = email ? keepJourney(services, { email }) : [];
  return seeOther(visit, withReturnTo("/sign-in?notice=confirm_email", pathOf(token)), cookies);
}

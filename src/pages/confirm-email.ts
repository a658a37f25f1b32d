import { withReturnTo } from "../../views/kit";
import { confirmNewEmail } from "../account/change-email";
import { peek } from "../account/tokens";
import { seeOther } from "../http/html";
import type { Visit } from "../http/visit";
import { done } from "../result";
import type { SignedIn } from "../session/signed-in";
import { keepJourney } from "./journey";
import { actOnLink, showLink, tokenIn, type Link } from "./link";
import { onForm, rawBody, routesOf, type PageServices } from "./services";

const path = "/confirm-email";

/** `/confirm-email`: a new email address is confirmed, from the mail that went there, by a user who is signed in. */
export function confirmEmailPage(services: PageServices) {
  return routesOf("confirm-email")
    .get(path, async ({ visit }) => {
      const link = await linkForOwner(visit, services, tokenIn(visit));
      return link instanceof Response ? link : showLink(visit, services, link);
    })
    .post(
      path,
      onForm(services, async (visit, form) => {
        const token = form.get("token");
        const link = await linkForOwner(visit, services, token);
        return link instanceof Response ? link : actOnLink(visit, services, { link, token });
      }),
      rawBody,
    );
}

/**
 * The link for whoever may be its user; else the answer that leads there. Nobody signs in first; whoever is signed in
 * to another account than the one that it is about signs out first.
 */
async function linkForOwner(visit: Visit, services: PageServices, token: string): Promise<Link | Response> {
  const [signedIn, granted] = [await visit.signedIn(), await peek(services.database.orm, "confirm_email", token)];
  if (!signedIn) return signInFirst(visit, services, { token, email: granted?.otherEmail });
  const isOfAnother = granted !== undefined && granted.userId !== signedIn.user.id;
  return isOfAnother ? seeOther(visit, withReturnTo("/sign-out", pathOf(token))) : linkOf(services, signedIn);
}

const pathOf = (token: string) => `${path}?token=${encodeURIComponent(token)}`;

const linkOf = (services: PageServices, { user, session }: SignedIn): Link => ({
  path,
  purpose: "confirm_email",
  words: ({ links: { confirmEmail } }, email) => ({ ...confirmEmail, text: confirmEmail.text(email) }),
  async act(visit, token) {
    const current = { userId: user.id, sessionId: session.id };
    const changed = await confirmNewEmail(services, visit, { token, current });
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
function signInFirst(visit: Visit, services: PageServices, about: { token: string; email?: string | null }): Response {
  const { token, email } = about;
  const cookies = email ? keepJourney(services, { email }) : [];
  return seeOther(visit, withReturnTo("/sign-in?notice=confirm_email", pathOf(token)), cookies);
}

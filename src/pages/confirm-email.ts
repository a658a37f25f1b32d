import { Elysia } from "elysia";
import { confirmNewEmail } from "../account/change-email";
import { actOnLink, showLink, type Link } from "./link";
import type { PageNeeds } from "./needs";

/** `/confirm-email`: the new address of an account confirms, from the mail that went there. */
export function confirmEmailPage(needs: PageNeeds) {
  const link: Link = {
    path: "/confirm-email",
    purpose: "confirm_email",
    words: ({ links: { confirmEmail } }, address) => ({ ...confirmEmail, text: confirmEmail.text(address) }),
    act: async (token, client) => (await confirmNewEmail(needs.account, token, client)) ?? "/sign-in?notice=email_changed",
  };
  return new Elysia({ name: "page/confirm-email" })
    .get("/confirm-email", ({ request }) => showLink(request, needs, link))
    .post("/confirm-email", ({ request }) => actOnLink(request, needs, link), { parse: "none" });
}

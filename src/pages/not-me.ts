import { Elysia } from "elysia";
import { secureAccount } from "../account/recover";
import { actOnLink, showLink, type Link } from "./link";
import type { PageNeeds } from "./needs";
import { resetPath } from "./reset-password";

/** `/not-me`: from a mail that warned, its reader signs everybody out and chooses a new password. */
export function notMePage(needs: PageNeeds) {
  const link: Link = {
    path: "/not-me",
    purpose: "not_me",
    words: ({ links: { notMe } }) => notMe,
    async act(token, client) {
      const secured = await secureAccount(needs.account, token, client);
      return "problem" in secured ? secured : resetPath(secured.resetToken);
    },
  };
  return new Elysia({ name: "page/not-me" })
    .get("/not-me", ({ request }) => showLink(request, needs, link))
    .post("/not-me", ({ request }) => actOnLink(request, needs, link), { parse: "none" });
}

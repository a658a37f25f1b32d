import { Elysia } from "elysia";
import { undoEmailChange } from "../account/change-email";
import { actOnLink, showLink, type Link } from "./link";
import type { PageNeeds } from "./needs";
import { resetPath } from "./reset-password";

/** `/undo-email`: the former address of an account takes it back, from the mail that told of the change. */
export function undoEmailPage(needs: PageNeeds) {
  const link: Link = {
    path: "/undo-email",
    purpose: "undo_email",
    words: ({ links: { undoEmail } }, address) => ({ ...undoEmail, text: undoEmail.text(address) }),
    async act(token, client) {
      const undone = await undoEmailChange(needs.account, token, client);
      return "problem" in undone ? undone : resetPath(undone.resetToken);
    },
  };
  return new Elysia({ name: "page/undo-email" })
    .get("/undo-email", ({ request }) => showLink(request, needs, link))
    .post("/undo-email", ({ request }) => actOnLink(request, needs, link), { parse: "none" });
}

import { undoEmailChange } from "../account/change-email";
import { done } from "../result";
import { linkPage } from "./link";
import { resetPath } from "./reset-password";
import type { PageServices } from "./services";

/** `/undo-email`: the former address of an account takes it back, from the mail that told of the change. */
export const undoEmailPage = (services: PageServices) =>
  linkPage("undo-email", services, {
    path: "/undo-email",
    purpose: "undo_email",
    words: ({ links: { undoEmail } }, email) => ({ ...undoEmail, text: undoEmail.text(email) }),
    async act(visit, token) {
      const undone = await undoEmailChange(services, visit, token);
      return undone.ok ? done({ next: resetPath(undone.value.resetToken, "email_undone") }) : undone;
    },
  });

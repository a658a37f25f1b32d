import { secureAccount } from "../account/recover";
import { done } from "../result";
import { linkPage } from "./link";
import { resetPath } from "./reset-password";
import type { PageServices } from "./services";

/** `/not-me`: from a mail that warned, its reader signs everybody out and chooses a new password. */
export const notMePage = (services: PageServices) =>
  linkPage("not-me", services, {
    path: "/not-me",
    purpose: "not_me",
    words: ({ links: { notMe } }) => notMe,
    async act(visit, token) {
      const secured = await secureAccount(services, visit, token);
      return secured.ok ? done({ next: resetPath(secured.value.resetToken) }) : secured;
    },
  });

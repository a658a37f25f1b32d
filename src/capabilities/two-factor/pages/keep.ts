import { linkPage } from "../../../pages/link";
import type { PageServices } from "../../../pages/services";
import { done } from "../../../result";
import { stopLossByLink } from "../loss";
import type { FactorTools } from "../tools";
import { words } from "../words";

/** `/keep-second-factor`: from the mail that says it will be turned off, its reader keeps it on. */
export const keepFactorPage = (services: PageServices, tools: FactorTools) =>
  linkPage("keep-second-factor", services, {
    path: "/keep-second-factor",
    purpose: "keep_factor",
    words: (_words, _email, { language }) => words[language].keep,
    async act(visit, token) {
      const stopped = await stopLossByLink(services, tools, { visit, token });
      return stopped.ok ? done({ next: "/account/password" }) : stopped;
    },
  });

import type { OwnPages } from "../../../capability";
import type { PageServices } from "../../../pages/services";
import type { FactorTools } from "../tools";
import { factorPage } from "./factor";
import { keepFactorPage } from "./keep";
import { secondStepPage } from "./second-step";
import { setUpAtSignInPage } from "./set-up-at-sign-in";

/** Every page of the second factor. */
export const pagesOf = (services: PageServices, tools: FactorTools, isRequired: boolean): OwnPages => ({
  pages: [
    secondStepPage(services, tools),
    setUpAtSignInPage(services, tools),
    factorPage(services, tools, isRequired),
    ...(services.outbox.isOn ? [keepFactorPage(services, tools)] : []),
  ],
});

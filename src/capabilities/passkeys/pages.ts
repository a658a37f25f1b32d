import type { OwnPages } from "../../capability";
import type { PageServices } from "../../pages/services";
import { listPage } from "./account-pages";
import { offerPage } from "./offer-page";
import { onePage } from "./one-page";
import { optionPages } from "./option-pages";
import type { Parts } from "./parts";
import type { PasskeyTools } from "./passkeys";
import { relyingPartyOf } from "./relying-party";
import { signInPage, signInPart } from "./sign-in";
import { signUpPages, signUpPart } from "./sign-up-pages";

/** Every page of the passkeys, and what they add to those of the core. */
export function pagesOf(services: PageServices, tools: PasskeyTools): OwnPages {
  const parts: Parts = {
    ...{ services, tools },
    relyingParty: relyingPartyOf(services.config),
    script: services.scripts.passkey ?? "",
  };
  const own = [listPage(parts), onePage(parts), offerPage(parts), optionPages(parts), signInPage(parts)];
  return {
    pages: services.outbox.isOn ? [...own, signUpPages(parts)] : own,
    signIn: signInPart(parts),
    signUp: signUpPart(parts),
  };
}

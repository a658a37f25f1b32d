import { accountPages } from "./account/index";
import { confirmEmailPage } from "./confirm-email";
import { forgotPasswordPage } from "./forgot-password";
import { homePage } from "./home";
import { invitationPage } from "./invitation";
import { notMePage } from "./not-me";
import { openApiPage } from "./openapi";
import { passwordStrengthPage } from "./password-strength";
import { picturesPage } from "./pictures";
import { resetPasswordPage } from "./reset-password";
import type { PageServices } from "./services";
import { signInPage } from "./sign-in";
import { signOutPage } from "./sign-out";
import { signUpPage, type MakePart } from "./sign-up";
import { suspendedPage } from "./suspended";
import { undoEmailPage } from "./undo-email";
import { verifyEmailPage } from "./verify-email";

/** Every page of the core; capabilities add parts to the one on which people sign up. */
export const corePages = (pages: PageServices, signUpParts: readonly MakePart[]) => [
  ...[homePage(), openApiPage(pages), picturesPage(pages), signOutPage(pages), passwordStrengthPage(pages)],
  ...[signInPage(pages), signUpPage(pages, signUpParts), suspendedPage(pages), ...accountPages(pages)],
  ...(pages.config.mail.isOn ? mailPages.map((page) => page(pages)) : []),
];

/** What nobody can use where no mail is sent. */
const mailPages = [
  invitationPage,
  forgotPasswordPage,
  resetPasswordPage,
  verifyEmailPage,
  confirmEmailPage,
  undoEmailPage,
  notMePage,
];

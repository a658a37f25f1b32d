import { confirmEmailPage } from "./confirm-email";
import { forgotPasswordPage } from "./forgot-password";
import { invitationPage } from "./invitation";
import { notMePage } from "./not-me";
import { resetPasswordPage } from "./reset-password";
import { undoEmailPage } from "./undo-email";
import { verifyEmailPage } from "./verify-email";

/** What nobody can use where no mail is sent. */
export const mailPages = [
  invitationPage,
  forgotPasswordPage,
  resetPasswordPage,
  verifyEmailPage,
  confirmEmailPage,
  undoEmailPage,
  notMePage,
];

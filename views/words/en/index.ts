import { country, wait } from "../dates";
import { accountPages } from "./account";
import { activity } from "./activity";
import { devMail } from "./dev-mail";
import { mails } from "./mails";
import { overview } from "./overview";
import { problems } from "./problems";
import { times } from "./times";

/** Every word a person reads, in American English. Short, warm, exact: what happened and what to do. */
export const en = {
  language: "en",
  name: "English",
  common: {
    email: "Email",
    password: "Password",
    name: "Name",
    showPassword: "Show password",
    hidePassword: "Hide password",
    offline: "We can’t reach the server. Check your connection and try again.",
    skip: "Skip to content",
    signIn: "Sign in",
    code: "Code",
    strength: {
      weak: "Weak.",
      fair: "Fair. Another word makes it much harder to guess.",
      good: "Good. It’s hard to guess.",
      strong: "Strong. It’s very hard to guess.",
    },
    error: "Error:",
    cancel: "Cancel",
    continueTo: (site: string) => `to continue to ${site}`,
    backTo: (name: string) => `Back to ${name}`,
    localMode: "Local mode: emails aren’t sent. You can read them here.",
    /** Links of the operator that go by these names are called this in a language. */
    links: { Privacy: "Privacy", Terms: "Terms", Imprint: "Imprint", Help: "Help", Contact: "Contact" } as Record<
      string,
      string
    >,
    localMails: "Show emails",
    openMailbox: (name: string) => `Open ${name}`,
    capsLock: "Caps Lock is on.",
    passwordShown: "Your password is visible.",
  },
  signIn: {
    title: "Sign in",
    action: "Sign in",
    working: "Signing in…",
    remember: "Keep me signed in on this device",
    rememberHint: (days: number) =>
      `${days === 1 ? "For one day" : `For up to ${days} days`}. Not on a shared computer.`,
    reset: "Reset your password",
    toSwitch: ({ from, to }: Record<"from" | "to", string>) => `Sign in with ${from} to switch to ${to}.`,
    noAccount: "New here?",
    signUp: "Create an account",
    forgot: "Forgot your password?",
  },
  signUp: {
    title: "Create your account",
    action: "Create account",
    working: "Creating account…",
    passwordHint: "At least 8 characters. Three or four random words work well.",
    readFirst: "Before you start, please read:",
    haveAccount: "Already have an account?",
    closedTitle: "Sign-up is closed",
    invitedTitle: "By invitation only",
    signIn: "Sign in",
  },
  ...accountPages,
  verify: {
    title: "Confirm your email address",
    sentTo: (address: string) => `We’ve sent an email to ${address}. Enter the code here, or open the link in it.`,
    sent: "Enter your email address and the code from our email, or open the link in it.",
    codeHint: "Six digits, valid for 10 minutes.",
    action: "Confirm email address",
    working: "Confirming…",
    noMail: "Didn’t get it? Check your spam folder.",
    resend: "Send a new code",
    resending: "Sending…",
    later: "Skip for now",
    confirmed: "Already confirmed?",
    byLink: (address: string) => `Confirm that ${address} is your email address.`,
    wrongAddress: "Wrong email address?",
    newCode: "Send a new code",
    restricted: "We only send one to addresses that can have an account here.",
  },
  forgot: {
    title: "Forgot your password?",
    intro: "Enter your email address and we’ll send you a link to choose a new password.",
    action: "Send link",
    working: "Sending…",
    remembered: "Remembered it?",
    sentTitle: "Check your inbox",
    sentTo: (address: string) => `If there’s an account for ${address}, we’ve emailed a link. It’s valid for one hour.`,
    noMail: "Didn’t get it? Check your spam folder.",
    again: "Send again",
    otherAddress: "Use another email address",
  },
  reset: {
    title: "Choose a new password",
    intro: "Your other devices will be signed out.",
    why: "This email address hasn’t been confirmed yet, so someone else may know the password. Choose one of your own.",
    more: "Your account has no password. To choose one, confirm in another way that it’s you.",
    newPassword: "New password",
    action: "Save password",
    working: "Saving…",
  },
  suspended: {
    title: "Your account is suspended",
    text: "You can’t sign in with it.",
    until: (when: string) => `It is suspended until ${when}.`,
    from: "From the team:",
    help: "Get help",
  },
  deadLink: {
    title: "This link no longer works",
    text: "It has expired, has already been used, or a newer email replaced it.",
    again: { reset: "Get a new link", verify: "Get a new email", other: "Go to your account" },
  },
  invitation: {
    title: (brand: string) => `You’re invited to ${brand}`,
    intro: (address: string) => `Create your account. You’ll sign in with ${address}.`,
    hasAccountTitle: "You already have an account",
    hasAccount: (address: string) => `There’s already an account for ${address}. Sign in to use it.`,
  },
  links: {
    confirmEmail: {
      title: "Use this email address?",
      text: (address: string) => `You’ll sign in with ${address} from now on. Your other devices will be signed out.`,
      action: "Use this email address",
      working: "Changing…",
    },
    undoEmail: {
      title: "Undo the email change?",
      text: (address: string) =>
        `We’ll change your account back to ${address}, sign out all devices and ask for a new password.`,
      action: "Undo the email change",
      working: "Changing…",
    },
    notMe: {
      title: "Wasn’t you?",
      text:
        "We’ll sign out every device, including this one, and ask you to choose a new password. If the account " +
        "was due to be deleted, we’ll keep it.",
      action: "Sign out everywhere",
      working: "Signing out…",
    },
  },
  activity,
  devMail,
  signOut: {
    title: "Sign out",
    question: (name: string) => `You’re signed in as ${name}.`,
    action: "Sign out",
    working: "Signing out…",
    stay: "Stay signed in",
  },
  notices: {
    signed_up: "You can sign in now. If you already had an account, use its password.",
    signed_out: "You’re signed out.",
    name_saved: "Saved.",
    picture_removed: "Your picture has been removed.",
    email_verified: "Your email address is confirmed.",
    email_undone: "Your account uses your previous email address again.",
    mail_sent: "If that address can receive email, a new one is on its way.",
    reset_asked: "If there’s an account for that address, we’ve emailed a link. It’s valid for one hour.",
    password_reset: "Password changed, and all devices signed out. Sign in with your new password.",
    password_changed: "Your password has been changed.",
    password_removed: "Your password has been removed.",
    email_change_asked: "We’ve sent a link to the new address. Nothing changes until you open it.",
    email_changed: "Your email address has been changed. Use it to sign in from now on.",
    session_ended: "That device has been signed out.",
    others_ended: "Your other devices are signed out.",
    deletion_asked: "Your account is closed. To keep it, sign in within 7 days.",
    deletion_stopped: "Your account won’t be deleted.",
    picture_saved: "Your picture has been saved.",
    confirm_email: "Sign in with your current email address to switch to the new one.",
    email_change_cancelled: "Canceled. Your email address stays the same.",
    export_ready: "Your data is ready to download.",
    session_over: "You were signed out. Sign in to continue.",
    page_old: "That page was out of date, so nothing was changed. This is the account you’re signed in with now.",
    step_over: "That took too long, or was begun in another browser. Sign in again.",
    passkey_needed:
      "Your password alone doesn’t open this account: sign in with your passkey. If you don’t have it any more, " +
      "contact the people who run this site.",
    session_over_kept: "You were signed out. Sign in to continue. We’ve kept what you typed.",
  },
  problems,
  problemPage: {
    titles: { not_found: "Page not found", unavailable: "Back in a moment", busy: "Back in a moment" },
    otherTitle: "Something went wrong",
    home: "Go to your account",
    reference: "If you contact support, quote:",
    again: "Try again",
  },
  waitFor: (seconds: number) =>
    wait(seconds, {
      moment: "Try again in a moment.",
      seconds: (count) => `Try again in ${count} seconds.`,
      minutes: (count) => `Try again in ${count} minutes.`,
    }),
  ...times,
  country: (code: string) => country("en", code),
  mails,
  overview,
};

/** Every word there has to be in a language. */
export type Words = typeof en;

/** Every word a person reads. Short, kind, exact: what happened and what to do, never a library's message. */
export const english = {
  language: "en",
  common: {
    email: "E-mail",
    password: "Password",
    name: "Name",
    show: "Show",
    hide: "Hide",
    showPassword: "Show password",
    someFields: "Two or more fields need another look.",
    offline: "The server could not be reached. Check the connection and try again.",
    skip: "Skip to content",
  },
  signIn: {
    title: "Sign in",
    action: "Sign in",
    working: "Signing in…",
    remember: "Keep me signed in on this device",
    noAccount: "New here?",
    signUp: "Create an account",
  },
  signUp: {
    title: "Create your account",
    action: "Create account",
    working: "Creating account…",
    passwordHint: "8 characters or more. A few words work well.",
    haveAccount: "Have an account?",
    signIn: "Sign in",
  },
  account: {
    title: "Your account",
    profile: "Profile",
    saveName: "Save name",
    saving: "Saving…",
    memberSince: "Member since",
    session: "This device",
    signedInUntil: "Signed in until",
  },
  signOut: {
    title: "Sign out",
    question: (name: string) => `You are signed in as ${name}.`,
    action: "Sign out",
    working: "Signing out…",
    stay: "Stay signed in",
  },
  notices: {
    signed_up: "Now sign in. If that address had an account before, it still has its old password.",
    signed_out: "You are signed out.",
    name_saved: "Your name is saved.",
  },
  problems: {
    name_missing: "Enter your name.",
    name_too_long: "Use 100 characters or fewer.",
    name_unprintable: "Leave out line breaks and invisible characters.",
    email_missing: "Enter your e-mail address.",
    email_malformed: "Enter an address like name@example.com.",
    password_missing: "Enter a password.",
    password_too_short: "Use 8 characters or more.",
    password_too_long: "Use 128 characters or fewer.",
    password_common: "Too many people use this password, so it is easy to guess. Choose another one.",
    password_guessable: "This is too close to your name, your address or ours. Choose another one.",
    image_malformed: "Use an https address of 2,048 characters or fewer.",
    wrong_credentials: "That e-mail and password do not match.",
    signed_out: "You are signed out. Sign in to go on.",
    too_many_tries: "Too many tries in a short time.",
    malformed: "This form arrived damaged. Load the page again and fill it in once more.",
    not_a_form: "This address takes a web form. Open the page and use the form there.",
    too_large: "That is more than fits. Shorten it and try again.",
    length_required: "Send the length of the body with the request (Content-Length).",
    cross_site: "This form came from another site, so nothing was done. Open the page here and try again.",
    not_found: "There is no page at this address.",
    wrong_host: "This server does not serve that host name. Use the address you were given.",
    busy: "Many people are signing in right now.",
    unavailable: "This is not possible right now.",
    not_signed_out: "You could not be signed out, so you are still signed in here.",
    broken: "Something went wrong on our side. Try again in a moment.",
  },
  problemPage: {
    titles: { not_found: "Page not found", unavailable: "Back in a moment", busy: "Back in a moment" } as Record<string, string>,
    otherTitle: "That did not work",
    home: "Go to your account",
    reference: "If you ask for help, mention",
  },
  waitFor: (seconds: number) => {
    if (seconds < 5) return "Try again in a moment.";
    return seconds <= 60 ? `Try again in ${seconds} seconds.` : `Try again in ${Math.ceil(seconds / 60)} minutes.`;
  },
  date: (date: Date) => new Intl.DateTimeFormat("en", { dateStyle: "long", timeZone: "UTC" }).format(date),
};

export type Words = typeof english;
export type ProblemKey = keyof Words["problems"];
export type NoticeKey = keyof Words["notices"];

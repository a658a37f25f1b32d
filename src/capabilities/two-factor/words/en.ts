/** Every word of the second factor. */
export const en = {
  title: "Two-step sign-in",
  working: "Checking…",
  done: "Continue",
  code: "Code",
  codeHint: "Six digits from your authenticator app.",
  recovery: "Recovery code",
  step: {
    title: "Enter your code",
    lead: "Open your authenticator app and enter the six digits it shows for this account.",
    trust: "Don’t ask for a code in this browser for 30 days",
    action: "Sign in",
    useRecovery: "Use a recovery code instead",
    recoveryHint: "One of the ten codes you saved when you set this up. Each works once.",
    lost: "I have neither my app nor a recovery code",
    lostText:
      "We’ll turn off two-step sign-in in 72 hours, and email you now and every day until then. " +
      "You can stop it with the link in the email, or by signing in with a code.",
    lostAction: "Turn it off in 72 hours",
    lostOff: "Contact the people who run this site. They can turn off two-step sign-in for you.",
    lostPending: (due: string) =>
      `Two-step sign-in will be turned off on ${due}. Sign in with your password after that.`,
    other: "Sign in as someone else",
  },
  setUp: {
    title: "Set up two-step sign-in",
    required: "This site asks everyone to sign in with a code as well. Set it up once to continue.",
    scan: "Scan this with an authenticator app",
    scanText: "Any app for one-time codes works, and so do many password managers.",
    picture: "QR code for your authenticator app",
    open: "Open in an app on this device",
    secret: "Or type this key into the app",
    confirm: "Then enter the six digits the app shows. Nothing changes until a code was right.",
    action: "Turn on",
  },
  codes: {
    title: "Save your recovery codes",
    lead: "If you lose your phone, a recovery code lets you in. Each works once. We won’t show them again.",
    list: "Your recovery codes",
    advice: "Print them, or keep them in a password manager. Not on the phone that has the app.",
    download: "Download as text",
    file: (brand: string) => `Recovery codes for ${brand}. Each works once.`,
  },
  page: {
    offLead: "Protect this account with a code from your phone as well.",
    offText: "With two-step sign-in, someone who learns your password still can’t get in.",
    start: "Set up",
    onLead: "Signing in with a password also takes a code from your authenticator app.",
    app: "Authenticator app",
    since: "Set up",
    changeApp: "Use another app",
    recoveryLeft: (count: number) => (count === 1 ? "1 recovery code left" : `${count} recovery codes left`),
    few: "Make new ones soon.",
    newCodes: "Make new codes",
    browsers: (count: number) => (count === 1 ? "1 trusted browser" : `${count} trusted browsers`),
    browsersText: "No code is asked for there.",
    forget: "Ask for a code again",
    forgetting: "Saving…",
    off: "Turn off",
    required: "This site requires two-step sign-in, so it can’t be turned off.",
    loss: (due: string) => `Someone who knows your password said the app is lost. This will be turned off on ${due}.`,
    keep: "If that wasn’t you, keep it on and change your password.",
  },
  prove: {
    title: "Confirm with a code",
    change: "Enter a code from your current app, or a recovery code, to set up another app.",
    codes:
      "Enter a code from your app, or a recovery code, to make new recovery codes. The old ones will stop working.",
    off: "Enter a code from your app, or a recovery code, to turn off two-step sign-in.",
    changeAction: "Set up another app",
    codesAction: "Make new codes",
    offAction: "Turn off two-step sign-in",
    hint: "Six digits, or a recovery code.",
  },
  lacking: { text: "Recovery codes, in case you lose your devices.", label: "Set up two-step sign-in" },
  keep: {
    title: "Keep two-step sign-in",
    text: "Two-step sign-in stays on. If it wasn’t you who said the app was lost, change your password.",
    action: "Keep it on",
    working: "Saving…",
  },
  overview: {
    on: "On",
    off: "Off",
    change: "Change",
    setUp: "Set up",
    changeNamed: "Change two-step sign-in",
    setUpNamed: "Set up two-step sign-in",
  },
  events: {
    second_step: "Code entered",
    second_factor_on: "Two-step sign-in turned on",
    second_factor_changed: "Authenticator app replaced",
    second_factor_off: "Two-step sign-in turned off",
    recovery_codes_made: "New recovery codes made",
    recovery_code_used: "Recovery code used",
    browsers_forgotten: "Trusted browsers forgotten",
    factor_loss_asked: "Authenticator app reported lost",
    factor_loss_stopped: "Two-step sign-in kept on",
  },
  problems: {
    factor_code_missing: "Enter a code.",
    factor_code_wrong: "That code isn’t right, or was used before. Wait for the next one and try again.",
    factor_recovery_wrong: "That recovery code isn’t right, or was used before. Check it, or use another one.",
    factor_required: "This site requires two-step sign-in, so it can’t be turned off.",
    factor_set_up_over: "That took too long. Start again.",
  },
  mails: {
    on: (brand: string) => ({
      subject: `${brand}: two-step sign-in is on`,
      lines: [`Signing in to your ${brand} account with a password now also takes a code from your authenticator app.`],
    }),
    changed: (brand: string) => ({
      subject: `${brand}: your authenticator app was replaced`,
      lines: [
        `Codes for your ${brand} account now come from another app. The old app and old recovery codes no longer work.`,
      ],
    }),
    off: (brand: string) => ({
      subject: `${brand}: two-step sign-in is off`,
      lines: [`Signing in to your ${brand} account no longer takes a code.`],
    }),
    codes: (brand: string) => ({
      subject: `${brand}: new recovery codes`,
      lines: [`New recovery codes were made for your ${brand} account. The old ones no longer work.`],
    }),
    used: (brand: string, left: number) => ({
      subject: `${brand}: a recovery code was used`,
      lines: [
        `A recovery code of your ${brand} account was used.`,
        left === 0 ? "None are left." : left === 1 ? "There is 1 left." : `There are ${left} left.`,
        ...(left <= 2 ? ["Make new ones soon on the page of your account."] : []),
      ],
    }),
    lost: (brand: string, due: string) => ({
      subject: `${brand}: two-step sign-in will be turned off`,
      lines: [
        `Someone who knows your password said that the authenticator app for your ${brand} account is lost.`,
        `Two-step sign-in will be turned off on ${due}. If this was you, you don’t need to do anything.`,
      ],
    }),
    keep: "Wasn’t you? Keep two-step sign-in on, and then change your password:",
    keepAction: "Keep it on",
  },
};

/** The words of the second factor, as every language has them. */
export type FactorWords = typeof en;

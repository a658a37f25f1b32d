/** What mails say. The first line is read in a notification, so it says who and what. */
export const mails = {
  // The name is left out: a stranger may have chosen it, to write to whom they please.
  verify: (brand: string, code: string) => ({
    subject: `${code} is your ${brand} code`,
    lines: ["Your confirmation code:"],
    after: [
      "The code is valid for 10 minutes, the link for one hour. If you open the link in a different browser than " +
        "the one you signed up in, we’ll ask you to choose a new password.",
      "If you didn’t sign up, you can ignore this email.",
    ],
  }),
  verifyAction: "Confirm email address",
  accountExists: (brand: string) => ({
    subject: `Finish signing in to ${brand}`,
    lines: [
      `Someone (perhaps you) tried to create an account at ${brand} with this email address or asked for a code. ` +
        "There is already an account with it.",
      "Sign in as before, or choose a new password here. That also confirms your email address:",
    ],
    after: ["The link can be used once and expires in an hour. If this wasn’t you, you can ignore this email."],
  }),
  reset: (brand: string) => ({
    subject: `${brand}: choose a new password`,
    lines: [`We got a request to reset your password for ${brand}.`],
    after: [
      "The link can be used once and expires in an hour. If this wasn’t you, you can ignore this email: your " +
        "password won’t change.",
    ],
  }),
  resetAction: "Choose a new password",
  confirmEmail: (brand: string) => ({
    subject: `${brand}: confirm your new email address`,
    lines: [`Someone (hopefully you) would like to use this email address for their ${brand} account.`],
    after: [
      "The link can be used once and expires in an hour. If you weren’t expecting this, you can ignore this email: " +
        "nothing will change.",
    ],
  }),
  confirmEmailAction: "Use this email address",
  /** To an address whose owner may have no account, and may not have typed it. */
  typedFooter: (brand: string) =>
    `You’re receiving this because someone entered this email address at ${brand}. Please don’t reply.`,
  invitationFooter: (brand: string) =>
    `You’re receiving this because someone invited you to ${brand}. Please don’t reply.`,
  invitation: (brand: string) => ({
    subject: `${brand}: you’re invited`,
    lines: [`You’ve been invited to join ${brand}. Create your account with this email address:`],
    after: [
      "The link can be used once and expires in 7 days. If you weren’t expecting this, you can ignore this email.",
    ],
  }),
  invitationAction: "Create your account",
  emailTaken: (brand: string) => ({
    subject: `${brand}: you already have an account`,
    lines: [
      `Someone (perhaps you) tried to move another ${brand} account to this email address. It already has an account ` +
        "of its own, so nothing has changed.",
      "If you’ve forgotten that account’s password, choose a new one:",
    ],
    after: ["The link can be used once and expires in an hour. If this wasn’t you, you can ignore this email."],
  }),
  emailChanged: (brand: string, newEmail: string) => ({
    subject: `${brand}: your email address was changed`,
    lines: [`Your ${brand} account now uses ${newEmail}. We’ll send emails there from now on.`],
  }),
  undoEmail: "Wasn’t you? You have 7 days to undo the change and take your account back:",
  passwordChanged: (brand: string) => ({
    subject: `${brand}: your password was changed`,
    lines: [`The password of your ${brand} account was changed.`],
  }),
  passwordRemoved: (brand: string) => ({
    subject: `${brand}: your password was removed`,
    lines: [`The password of your ${brand} account was removed. From now on, only your other ways to sign in work.`],
  }),
  newDevice: (brand: string, device: string) => ({
    subject: `New sign-in to ${brand}: ${device}`,
    lines: [`There was a new sign-in to your ${brand} account.`, "If this was you, you don’t need to do anything."],
  }),
  deletionAsked: (brand: string, due: string) => ({
    subject: `${brand}: your account will be deleted`,
    lines: [
      `Your ${brand} account is closed. It will be permanently deleted on ${due}, with everything that belongs to it.`,
      "To keep it, sign in before then and choose to keep it.",
    ],
  }),
  notMe: "Wasn’t you? Sign out everywhere and choose a new password:",
  footer: (brand: string) => `You’re receiving this because of activity on your ${brand} account. Please don’t reply.`,
  verifyTitle: "Confirm your email address",
  or: "or",
  neverAsk: "We’ll never ask you for this code by phone, email or chat.",
  notMeAction: "Secure my account",
  undoEmailAction: "Undo the email change",
  support: "Contact support",
  signInFacts: ({ device, address, country, at }: Record<"device" | "address" | "country" | "at", string>) => [
    { label: "Device", value: device },
    { label: "IP address", value: address || "Unknown" },
    ...(country ? [{ label: "Country", value: country }] : []),
    { label: "Time", value: at },
  ],
};

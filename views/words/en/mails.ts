/** What mails say. The first line is read in a notification, so it says who and what. */
export const mails = {
  // The name is left out: a stranger may have chosen it, to write to whom they please.
  verify: (brand: string, code: string) => ({
    subject: `${code} is your ${brand} code`,
    lines: ["With this code you confirm that this address is yours:"],
    after: [
      "The code works for 10 minutes, the link for an hour. In another browser than the one you signed up " +
        "with, they lead to a new password. If you did not sign up, ignore this mail: nothing happens.",
    ],
  }),
  verifyAction: "Confirm address",
  accountExists: (brand: string) => ({
    subject: `Finish signing in to ${brand}`,
    lines: [
      `Somebody, perhaps you, signed up at ${brand} with this address or asked for its code. There is an ` +
        "account with it.",
      "Sign in with its password, or choose a new one here, which also confirms that the address is yours:",
    ],
    after: ["The link works once, for an hour."],
  }),
  reset: (brand: string) => ({
    subject: `${brand}: choose a new password`,
    lines: [`Somebody, hopefully you, asked for a new password for your account at ${brand}.`],
    after: ["The link works once, for an hour. If it was not you, ignore this mail: your password stays as it is."],
  }),
  resetAction: "Choose a new password",
  confirmEmail: (brand: string) => ({
    subject: `${brand}: confirm your new address`,
    lines: [`Somebody, hopefully you, wants to use this address for their account at ${brand} from now on.`],
    after: ["The link works once, for an hour. If you know nothing of this, ignore this mail: nothing happens."],
  }),
  confirmEmailAction: "Use this address",
  emailTaken: (brand: string) => ({
    subject: `${brand}: this address has an account already`,
    lines: [
      `Somebody, perhaps you, wanted to move another account at ${brand} to this address. It has an ` +
        "account of its own, so nothing was changed.",
      "If you do not remember that account's password, choose a new one:",
    ],
    after: ["The link works once, for an hour."],
  }),
  emailChanged: (brand: string, newEmail: string) => ({
    subject: `${brand}: your address was changed`,
    lines: [`Your account at ${brand} now uses the address ${newEmail}. Mails go there from now on.`],
  }),
  undoEmail: "This was not you? Within a week you can take your account back:",
  passwordChanged: (brand: string) => ({
    subject: `${brand}: your password was changed`,
    lines: [`The password of your account at ${brand} was changed.`],
  }),
  newDevice: (brand: string, device: string) => ({
    subject: `${brand}: new sign-in from ${device}`,
    lines: [
      `Somebody signed in to your account at ${brand} from a device that was not used before.`,
      "If this was you, there is nothing to do.",
    ],
  }),
  deletionAsked: (brand: string, due: string) => ({
    subject: `${brand}: your account will be deleted`,
    lines: [
      `Your account at ${brand} is closed and will be deleted on ${due}, with everything that belongs to it.`,
      "To keep it, sign in before then and choose to keep it.",
    ],
  }),
  notMe: "This was not you? Sign everybody out and choose a new password:",
  footer: (brand: string) =>
    `${brand} sent this mail because of something that was done with this address. You cannot answer it.`,
  verifyTitle: "Confirm your email address",
  or: "or",
  neverAsk: "We’ll never ask you for this code by phone, email or chat.",
  notMeAction: "Secure my account",
  undoEmailAction: "Undo the email change",
  support: "Contact support",
  signInFacts: (device: string, ip: string, at: string) => [
    { label: "Device", value: device },
    { label: "IP address", value: ip || "Unknown" },
    { label: "Time", value: at },
  ],
};

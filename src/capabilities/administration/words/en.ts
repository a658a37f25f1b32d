/** Every word of the administration. */
export const en = {
  title: "Administration",
  events: {
    account_added: "Account created for you",
    suspended: "Account suspended",
    resumed: "Suspension ended",
    signed_out_everywhere: "Signed out everywhere",
    password_required: "New password required",
    link_sent: "Link to get back in sent",
    confirmation_sent: "Confirmation email sent",
    role_given: "Role given",
    role_taken: "Role taken away",
    account_deleted: "Account deleted",
  },
  /** What a mail is, where no event is called like its kind. */
  mailKinds: {
    verify: "Confirmation code",
    reset: "Link for a new password",
    confirm_email: "Link to confirm a new address",
    invitation: "Invitation",
    new_device: "New sign-in",
    account_suspended: "Account suspended",
    account_resumed: "Suspension ended",
    account_signed_out: "Signed out everywhere",
    account_password_required: "New password required",
    account_link: "Link to get back in",
    account_confirm: "Link to confirm the address",
  },
  problems: {
    person_gone: "Nobody has this email address or id.",
    invitation_gone:
      "No invitation to this address is waiting: it was accepted, revoked or replaced, or there was none.",
    email_needed: "Enter an email address.",
    name_needed: "Enter a name.",
    email_is_theirs: "This is their email address already.",
    reason_missing: "Say why, in a few words.",
    not_allowed: "You may not do this.",
    role_unknown: "A role is `admin` or `support`.",
    role_unconfirmed: "This person must confirm their email address first.",
    role_needs_address: "This person has a role. Remove it first, or say that you know this address to be theirs.",
    email_taken: "Somebody has this email address already.",
    email_is_confirmed: "This email address is confirmed already.",
    email_is_another: "They have another email address by now. Is this one theirs?",
    mail_off: "This needs email, which is switched off here (MAIL=off).",
    until_past: "The end of a suspension must lie ahead.",
    words_too_long: "At most 500 characters.",
    words_unprintable: "Leave out control characters.",
    search_malformed: "Search for how an email address or a name begins, or for a whole id: at most 254 characters.",
    place_malformed: "This list has no such page. Start again from its beginning.",
  },
  mails: {
    suspended: (brand: string, { until, words }: { until: string; words: string }) => ({
      subject: `${brand}: your account is suspended`,
      lines: [
        until === ""
          ? `Your ${brand} account is suspended. You are signed out everywhere.`
          : `Your ${brand} account is suspended until ${until}. You are signed out everywhere.`,
        ...(words === "" ? [] : [words]),
      ],
    }),
    resumed: (brand: string) => ({
      subject: `${brand}: your account is open again`,
      lines: [`Your ${brand} account is no longer suspended. You can sign in again.`],
    }),
    signedOut: (brand: string) => ({
      subject: `${brand}: you are signed out everywhere`,
      lines: [`The people who run ${brand} signed you out on every device. You can sign in again at any time.`],
    }),
    passwordRequired: (brand: string) => ({
      subject: `${brand}: choose a new password`,
      lines: [
        `The people who run ${brand} ask you to choose a new password. Your old one no longer works, and you ` +
          "are signed out everywhere.",
        "The link can be used once and expires in an hour. " +
          "After that, choose “Forgot your password?” when you sign in.",
      ],
    }),
    link: (brand: string) => ({
      subject: `${brand}: your link to get back in`,
      lines: [
        `The people who run ${brand} sent you this link. With it you choose a new password and sign in.`,
        "It can be used once and expires in an hour. If you didn’t ask for help, you can ignore this email.",
      ],
    }),
    added: (brand: string) => ({
      subject: `${brand}: your new account`,
      lines: [
        `The people who run ${brand} made an account for you. Choose a password to open it.`,
        "The link can be used once and expires in an hour. " +
          "After that, choose “Forgot your password?” when you sign in.",
      ],
    }),
    passwordAction: "Choose a password",
    confirm: (brand: string) => ({
      subject: `${brand}: confirm your email address`,
      lines: [`This is the email address of your ${brand} account. Confirm that it’s yours.`],
      after: [
        "The link can be used once and expires in an hour. " +
          "If you open it in a browser you haven’t signed in with, we’ll ask you to choose a new password.",
        "If this account isn’t yours, you can ignore this email.",
      ],
    }),
    confirmAction: "Confirm email address",
    deleted: (brand: string) => ({
      subject: `${brand}: your account was deleted`,
      lines: [
        `The people who run ${brand} deleted your account, with everything that belonged to it. It can’t be restored.`,
      ],
      footer: `You’re receiving this because you had an account at ${brand}. Please don’t reply.`,
    }),
  },
};

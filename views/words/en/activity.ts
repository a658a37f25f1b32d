/** What the page of what happened to an account says. */
export const activity = {
  intro:
    "What happened to your account; the same sign-in again within an hour is told of once, with the last " +
    "time. Anything you do not recognise? Change your password.",
  empty: "Nothing yet. Sign-ins and changes will be listed here.",
  older: "Older",
  newest: "Back to the newest",
  kinds: {
    sign_up: "Account created with this address",
    sign_in: "Sign-in",
    sign_out: "Sign-out",
    name_changed: "Name changed",
    picture_removed: "Picture removed",
    email_verified: "Address confirmed",
    password_changed: "Password changed",
    password_reset_asked: "Link for a new password asked for",
    password_reset: "New password chosen by link",
    email_change_asked: "Change of address asked for",
    email_changed: "Address changed",
    email_change_undone: "Change of address undone",
    sessions_ended: "Devices signed out",
    account_secured: "Everybody signed out by link",
    data_exported: "Data exported",
    deletion_asked: "Deletion asked for",
    deletion_stopped: "Deletion stopped",
  },
  outcomes: { refused: "refused", held_up: "turned away after too many tries" },
  refused: {
    sign_in: "Sign-in failed: wrong password",
    email_verified: "Wrong confirmation code",
    password_changed: "Password not changed: wrong current password",
  },
  heldUp: { sign_in: "Sign-in blocked: too many attempts" },
  signedOut: (device: string) => `Signed out ${device}`,
  times: (count: number) => `${count} times`,
  unknown: "Don't recognize something?",
  changePassword: "Change your password",
};

/** A program in production, on https, with mail; and what it serves. */

export const production = {
  BETTER_AUTH_URL: "https://login.example.com",
  SMTP_URL: "smtp://127.0.0.1:1",
  TRUSTED_ORIGINS: "https://docs.example.com",
};

/** Pages for anybody. */
export const openPages = [
  "/sign-in",
  "/sign-up",
  "/forgot-password",
  "/verify-email",
  "/reset-password?token=none",
  "/not-me?token=none",
  "/nowhere",
];
/** Pages for whoever is signed in. */
export const ownPages = [
  "/sign-out",
  ...["", "/email", "/password", "/sessions", "/activity", "/export", "/delete"].map((section) => `/account${section}`),
];
/** What no person reads. */
export const forPrograms = ["/api/session", "/api/auth/get-session", "/api/auth/nothing"];

/** What does not keep to `sizes.test.ts` yet. Whatever is mended leaves its list, and nothing is added to one. */

/** Files over 250 lines. */
export const longFiles: readonly string[] = ["tests/program/start.test.ts", "views/assets/style.css"];

/** Files with a function over 40 lines. */
export const withLongFunctions: readonly string[] = [
  "bench/run.ts",
  "tests/capabilities/notes.test.ts",
  "tests/every-database/better-auth-api.test.ts",
  "tests/every-database/hostile.test.ts",
  "tests/every-database/log.test.ts",
  "tests/faults/starts/archive.test.ts",
  "tests/faults/starts/operator.test.ts",
  "tests/program/start.test.ts",
  "tests/source/asvs-source.test.ts",
  "tests/source/asvs.test.ts",
  "tests/source/docs.test.ts",
  "tests/support/existing-app.ts",
  "tests/support/existing-cases.ts",
  "tests/support/mail-server.ts",
];

/** Functions of more than three parameters. */
export const withManyParameters: readonly string[] = [];

/** Files with a line over 120 columns. */
export const withWideLines: readonly string[] = [
  "tests/capabilities/notes.test.ts",
  "tests/embedded/asvs-answers.test.ts",
  "tests/embedded/asvs-passwords.test.ts",
  "tests/embedded/brief-session.test.ts",
  "tests/embedded/environment.test.ts",
  "tests/embedded/export.test.ts",
  "tests/embedded/forward-auth.test.ts",
  "tests/embedded/mail-queue.test.ts",
  "tests/embedded/mail-sender.test.ts",
  "tests/embedded/refused-first.test.ts",
  "tests/embedded/session-cookie.test.ts",
  "tests/embedded/whose-account.test.ts",
  "tests/every-database/better-auth-api.test.ts",
  "tests/every-database/edge.test.ts",
  "tests/every-database/housekeeping.test.ts",
  "tests/every-database/lifetimes.test.ts",
  "tests/every-database/throttle.test.ts",
  "tests/everywhere/change-email.test.ts",
  "tests/everywhere/changes-heard.test.ts",
  "tests/everywhere/live-sessions.test.ts",
  "tests/everywhere/own-account.test.ts",
  "tests/everywhere/own-data.test.ts",
  "tests/everywhere/recovery.test.ts",
  "tests/everywhere/verify-email.test.ts",
  "tests/faults/starts/operator.test.ts",
  "tests/program/start.test.ts",
  "tests/source/asvs-source.test.ts",
  "tests/source/asvs.test.ts",
  "tests/source/docs.test.ts",
  "tests/source/rooms.ts",
];

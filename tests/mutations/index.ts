import { ofAdministration } from "./administration";
import { ofAccount } from "./account";
import { ofChanges } from "./changes";
import { ofChecks } from "./checks";
import { ofAuth } from "./auth";
import { ofHashes } from "./hashes";
import { ofHttp } from "./http";
import { ofImport } from "./import";
import { ofPasskeys } from "./passkeys";
import { ofPasswordless } from "./passwordless";
import { ofSettings } from "./settings";
import { ofSession } from "./session";
import { ofSuspension } from "./suspension";
import { ofThrottle } from "./throttle";
import { ofTwoFactor } from "./two-factor";
import { ofWatched } from "./watched";
import { ofWebhooks } from "./webhooks";
import type { Mutation } from "./mutation";

/** Every mutation of `bun run mutate`. */
export const mutations: readonly Mutation[] = [
  ...ofSuspension,
  ...ofThrottle,
  ...ofAccount,
  ...ofChanges,
  ...ofChecks,
  ...ofSettings,
  ...ofSession,
  ...ofAdministration,
  ...ofAuth,
  ...ofHttp,
  ...ofHashes,
  ...ofImport,
  ...ofPasskeys,
  ...ofPasswordless,
  ...ofTwoFactor,
  ...ofWatched,
  ...ofWebhooks,
];

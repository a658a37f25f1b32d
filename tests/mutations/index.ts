import { ofAdministration } from "./administration";
import { ofAdministrationPages } from "./administration-pages";
import { ofAccount } from "./account";
import { ofBackendChanges } from "./backend-changes";
import { ofChanges } from "./changes";
import { ofChecks } from "./checks";
import { ofAuth } from "./auth";
import { ofHashes } from "./hashes";
import { ofHttp } from "./http";
import { ofImport } from "./import";
import { ofJavascriptClient } from "./javascript-client";
import { ofOftenAsked } from "./often-asked";
import { ofPasskeys } from "./passkeys";
import { ofPasswordless } from "./passwordless";
import { ofPictures } from "./pictures";
import { ofSettings } from "./settings";
import { ofSession } from "./session";
import { ofSignUpRules } from "./sign-up-rules";
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
  ...ofSignUpRules,
  ...ofBackendChanges,
  ...ofAdministration,
  ...ofAdministrationPages,
  ...ofAuth,
  ...ofHttp,
  ...ofHashes,
  ...ofImport,
  ...ofJavascriptClient,
  ...ofOftenAsked,
  ...ofPasskeys,
  ...ofPasswordless,
  ...ofPictures,
  ...ofTwoFactor,
  ...ofWatched,
  ...ofWebhooks,
];

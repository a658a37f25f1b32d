import { chmodSync, chownSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { draftOf, removeDraft } from "../../db/draft";
import { systemCodeOf } from "../../db/error-code";
import { RefusedForNow } from "../../db/refusal";
import type { Config } from "../settings/config";
import { fileOf } from "../settings/secret-files";
import type { Secret } from "../settings/values";
import { days, inMilliseconds } from "../time";
import type { Done } from "./acts";
import { newSecret } from "./local-secret";

const setting = fileOf("BETTER_AUTH_SECRETS");

interface Rotation {
  /** The file that BETTER_AUTH_SECRETS_FILE names, if it does. */
  path: string | undefined;
  step: string;
  /** Whether the old secret is dropped though sessions may still be signed by it. */
  isNow: boolean;
}

/**
 * Takes one of the steps by which a secret is replaced (docs/rotate-the-secret.md): changes the file, and nothing that
 * runs. Throws RefusedForNow with a sentence where the step is not due, or the file cannot be written.
 */
export function rotateSecret({ secrets, sessions }: Config, { path, step, isNow }: Rotation): Done {
  if (!path || !secrets)
    throw new RefusedForNow(
      `${setting}: put the secret that BETTER_AUTH_SECRET has into a file, behind \`1:\`; name it by this setting, ` +
        "and unset the other one.",
    );
  const file = realpathSync(path);
  const [newest, ...older] = secrets.toSorted((one, other) => versionOf(other) - versionOf(one));
  const isKnown = secrets.length > 1;
  const signs = newest === secrets[0];
  if (step === "add" && !isKnown) {
    write(file, [...secrets, { version: versionOf(secrets[0]) + 1, value: newSecret() }]);
    return done("Another secret is known, and signs nothing yet", "use");
  }
  if (step === "use" && isKnown && newest && !signs) {
    write(file, [newest, ...older]);
    return done("The newest secret signs", "drop");
  }
  if (step === "drop" && isKnown && newest && signs) {
    const wait = Math.max(3 * days, sessions.idleSeconds, sessions.briefSeconds);
    const due = new Date(statSync(file).mtimeMs + inMilliseconds(wait));
    if (due.getTime() > Date.now() && !isNow)
      throw new RefusedForNow(
        `Until ${due.toISOString()} somebody's session may be signed by the old secret: wait, or type --now.`,
      );
    write(file, [newest]);
    return done("The newest secret is the only one");
  }
  throw new RefusedForNow(`The next step is \`rotate-secret ${!isKnown ? "add" : signs ? "drop" : "use"}\`.`);
}

const done = (what: string, next?: string): Done => ({
  said:
    `${what}. Restart one process after the other` +
    `${next ? `; when all run with this file, the next step is \`rotate-secret ${next}\`` : ""}.`,
  facts: { next: next ?? null },
});

/** In a list each has one. */
const versionOf = ({ version = 1 }: Secret) => version;

/** As a whole or not at all, and for whoever could read the file before. */
function write(file: string, secrets: readonly Secret[]) {
  const draft = draftOf(file);
  try {
    const { mode, uid, gid } = statSync(file);
    const text = secrets.map((secret) => `${versionOf(secret)}:${secret.value}`).join();
    writeFileSync(draft, text, { mode: 0o600, flag: "wx", flush: true });
    chownSync(draft, uid, gid);
    chmodSync(draft, mode & 0o777); // the mode of a new file is cut by the shell's umask
    renameSync(draft, file);
  } catch (error) {
    removeDraft(draft);
    const code = systemCodeOf(error) ?? "unknown";
    throw new RefusedForNow(
      `${setting}: the file cannot be written (${code}). Change it where your secrets are kept: ` +
        "docs/rotate-the-secret.md",
    );
  }
}

import type { Secrets } from "../guard/keys";

/**
 * What Better Auth itself encrypted, read with its own function under the first of these secrets that fits; undefined
 * when none does. Its newer texts name a version of the secret before them, which only the app knew that wrote them.
 */
export async function readLibrarySecret(sealed: string, secrets: Secrets): Promise<string | undefined> {
  const data = sealed.replace(/^\$ba\$\d+\$/, "");
  const { symmetricDecrypt } = await import("better-auth/crypto"); // few starts have one to read
  for (const { value: key } of secrets) {
    // It throws for another's as for a damaged one: its cipher authenticates what it opens.
    const text = await symmetricDecrypt({ key, data }).catch(() => undefined);
    if (text !== undefined) return text;
  }
  return undefined;
}

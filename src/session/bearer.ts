import { createHash, timingSafeEqual } from "node:crypto";

/**
 * Whether a request is a backend's: it shows one of the keys as a bearer token, and no cookie, so that no browser can
 * ever ask in a visitor's name.
 */
export function createBackendCheck(keys: readonly string[]): (request: Request) => boolean {
  const known = keys.map(digest);
  return ({ headers }) => {
    const [, shown] = /^Bearer ([!-~]+)$/i.exec(headers.get("authorization") ?? "") ?? [];
    if (shown === undefined || headers.has("cookie")) return false;
    const given = digest(shown);
    return known.some((key) => timingSafeEqual(key, given));
  };
}

/** Of one length, whatever was sent: so the comparison takes the same time for every wrong key. */
const digest = (text: string) => createHash("sha256").update(text).digest();

/** How passwords are hashed here: argon2id at OWASP's recommended minimum, 19 MiB and two passes. */
export const argon2id = { algorithm: "argon2id", memoryCost: 19_456, timeCost: 2 } as const;

const ownHead = `$argon2id$v=19$m=${argon2id.memoryCost},t=${argon2id.timeCost},p=1$`;
const ownRest = /^[A-Za-z0-9+/]{43}\$[A-Za-z0-9+/]{43}$/;

/** Whether a hash is whole, and made with these very parameters. */
export const isOwnHash = (hash: string): boolean =>
  hash.startsWith(ownHead) && ownRest.test(hash.slice(ownHead.length));

/** A hash of ours that no password makes: to verify a password against it takes as long as against somebody's. */
export const hashOfNobody = `${ownHead}${"A".repeat(43)}$${"A".repeat(43)}`;

import { createCipheriv, scryptSync } from "node:crypto";
import {
  base64Bytes,
  damaged,
  hexBytes,
  isWhole,
  isSameKey,
  mostMemoryBytes,
  parametersOf,
  textBytes,
  tooCostly,
  wholeNumber,
  type Groups,
  type HashForm,
  type Recipe,
} from "./recipe";

/** All lanes together, one after the other: a GiB takes about two seconds of a core. */
const mostWorkBytes = 2 ** 30;
/** What the library may take in all: a block for each lane, and one more, besides those that are counted. */
const mostBytes = mostMemoryBytes + 2 ** 24;

/** scrypt as Better Auth, Lucia, Django, PHC strings, Werkzeug and Firebase write it. */
export const scryptForms: readonly HashForm[] = [
  {
    kind: "Better Auth scrypt",
    pattern: /^(?:(?<salt>[0-9a-f]{32})|s2:(?<lucia>[0-9A-Za-z]{16,32})):(?<key>[0-9a-f]{128})$/,
    read({ salt, lucia, key }) {
      const made = { costs: { n: 16_384, r: 16, p: 1 }, salt: textBytes(salt ?? lucia), key: hexBytes(key) };
      return scrypt({ ...made, input: (password) => password.normalize("NFKC") });
    },
  },
  {
    kind: "Django scrypt",
    pattern: /^scrypt\$(?<n>\d+)\$(?<salt>[^$]+)\$(?<r>\d+)\$(?<p>\d+)\$(?<key>[^$]{86}==)$/,
    read: ({ n, r, p, salt, key }) =>
      scrypt({ costs: costsOf({ n, r, p }), salt: textBytes(salt), key: base64Bytes(key) }),
  },
  {
    kind: "scrypt",
    pattern: /^\$scrypt\$(?<costs>[^$]+)\$(?<salt>[^$]+)\$(?<key>[^$]+)$/,
    read({ costs, salt, key }) {
      const { ln, r, p } = parametersOf(costs);
      return scrypt({ costs: costsOf({ ln, r, p }), salt: base64Bytes(salt), key: base64Bytes(key) });
    },
  },
  {
    kind: "Werkzeug scrypt",
    pattern: /^scrypt:(?<n>\d+):(?<r>\d+):(?<p>\d+)\$(?<salt>[^$]+)\$(?<key>[0-9a-f]{128})$/,
    read: ({ n, r, p, salt, key }) =>
      scrypt({ costs: costsOf({ n, r, p }), salt: textBytes(salt), key: hexBytes(key) }),
  },
  {
    kind: "Firebase scrypt",
    pattern: /^\$fbscrypt\$(?<costs>v=1,[^$]+)\$(?<salt>[^$]+)\$(?<key>[^$]+)$/,
    read: firebase,
  },
];

interface Costs {
  /** Blocks of memory, a power of two. */
  n: number;
  r: number;
  p: number;
}

/** Either the number itself or its logarithm is given. */
const costsOf = ({ n, ln, r, p }: Groups): Costs => ({
  n: ln === undefined ? wholeNumber(n) : 2 ** wholeNumber(ln),
  r: wholeNumber(r),
  p: wholeNumber(p),
});

interface Scrypt {
  costs: Costs;
  salt: Uint8Array;
  key: Uint8Array;
  /** What is hashed for a password, where that is not its bytes. */
  input?(password: string): string;
}

function scrypt({ costs, salt, key, input = (password) => password }: Scrypt): Recipe {
  if (!isWhole({ salt, key })) return damaged;
  const refusal = refusalOf(costs);
  if (refusal) return refusal;
  return { matches: (password) => isSameKey(derived(input(password), { costs, salt, length: key.length }), key) };
}

/** The derived key encrypts the key of the project: what comes out is the hash. */
function firebase({ costs: text, salt: userSalt, key: kept }: Groups): Recipe {
  const { n: ln, r, p, ss = "", sk } = parametersOf(text);
  const [costs, key, signer] = [costsOf({ ln, r, p }), base64Bytes(kept), base64Bytes(sk)];
  const own = base64Bytes(userSalt);
  if (!isWhole({ salt: own, key }) || key.length !== signer.length) return damaged;
  const refusal = refusalOf(costs);
  if (refusal) return refusal;
  const salt = Buffer.concat([own, base64Bytes(ss)]);
  const matches = (password: string) => {
    const cipher = createCipheriv("aes-256-ctr", derived(password, { costs, salt, length: 32 }), Buffer.alloc(16));
    return isSameKey(cipher.update(signer), key);
  };
  return { matches };
}

function refusalOf({ n, r, p }: Costs) {
  const bytes = 128 * n * r;
  const isAffordable = bytes <= mostMemoryBytes && bytes * p <= mostWorkBytes && 128 * r * (n + p + 1) <= mostBytes;
  if (!isAffordable) return tooCostly;
  const isPossible = n > 1 && Number.isInteger(Math.log2(n)) && Math.log2(n) < 16 * r && r > 0 && p > 0;
  return isPossible ? undefined : damaged;
}

function derived(input: string, { costs, salt, length }: { costs: Costs; salt: Uint8Array; length: number }) {
  const { n: N, r, p } = costs;
  return scryptSync(input, salt, length, { N, r, p, maxmem: mostBytes });
}

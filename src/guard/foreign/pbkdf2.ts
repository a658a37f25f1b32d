import { pbkdf2Sync } from "node:crypto";
import {
  base64Bytes,
  damaged,
  hexBytes,
  isWhole,
  isSameKey,
  parametersOf,
  textBytes,
  tooCostly,
  wholeNumber,
  type HashForm,
  type Recipe,
} from "./recipe";

/** Iterations times blocks of output: ten millions take one to four seconds of a core. */
const mostWork = 10_000_000;

const digests = ["sha1", "sha256", "sha512"] as const;
type Digest = (typeof digests)[number];
const digestBytes: Readonly<Record<Digest, number>> = { sha1: 20, sha256: 32, sha512: 64 };

/** PBKDF2 as Django, passlib, PHC strings (Kratos, Auth0, and ours of Keycloak), Werkzeug and ASP.NET write it. */
export const pbkdf2Forms: readonly HashForm[] = [
  {
    kind: "Django pbkdf2",
    pattern: /^pbkdf2_(?<digest>sha\d+)\$(?<iterations>\d+)\$(?<salt>[^$]+)\$(?<key>[^$]{28}|[^$]{44})$/,
    read: ({ digest, iterations, salt, key }) =>
      pbkdf2({ digest, iterations, salt: textBytes(salt), key: base64Bytes(key) }),
  },
  {
    kind: "passlib pbkdf2",
    pattern:
      /^\$pbkdf2(?:-(?<digest>sha\d+))?\$(?<iterations>\d+)\$(?<salt>[^$]+)\$(?<key>[^$]{27}|[^$]{43}|[^$]{86})$/,
    read: ({ digest = "sha1", iterations, salt, key }) =>
      pbkdf2({ digest, iterations, salt: base64Bytes(salt), key: base64Bytes(key) }),
  },
  {
    kind: "pbkdf2",
    pattern: /^\$pbkdf2-(?<digest>sha\d+)\$(?<costs>i=[^$]+)\$(?<salt>[^$]+)\$(?<key>[^$]+)$/,
    read({ digest, costs, salt, key }) {
      const { i, l } = parametersOf(costs);
      const kept = base64Bytes(key);
      if (l !== undefined && wholeNumber(l) !== kept.length) return damaged;
      return pbkdf2({ digest, iterations: i, salt: base64Bytes(salt), key: kept });
    },
  },
  {
    kind: "Werkzeug pbkdf2",
    pattern: /^pbkdf2:(?<digest>sha\d+):(?<iterations>\d+)\$(?<salt>[^$]+)\$(?<key>(?:[0-9a-f]{4}){10,32})$/,
    read: ({ digest, iterations, salt, key }) =>
      pbkdf2({ digest, iterations, salt: textBytes(salt), key: hexBytes(key) }),
  },
  {
    kind: "ASP.NET Identity v3",
    pattern: /^(?<bytes>AQAAAA[A-Za-z0-9+/]{30,}={0,2})$/,
    read: ({ bytes }) => aspNet(Buffer.from(base64Bytes(bytes))),
  },
];

interface Pbkdf2 {
  digest: string | undefined;
  iterations: string | undefined;
  salt: Uint8Array;
  key: Uint8Array;
}

function pbkdf2({ digest: name, iterations, salt, key }: Pbkdf2): Recipe {
  const digest = digests.find((known) => known === name);
  if (!digest || !isWhole({ salt, key })) return damaged;
  const rounds = wholeNumber(iterations);
  const isAffordable = rounds * Math.ceil(key.length / digestBytes[digest]) <= mostWork;
  if (!isAffordable) return tooCostly;
  if (rounds < 1) return damaged;
  return { matches: (password) => isSameKey(pbkdf2Sync(password, salt, rounds, key.length, digest), key) };
}

/** A format byte, then as big-endian numbers of 32 bits the digest, the iterations and the salt's length. */
function aspNet(bytes: Buffer): Recipe {
  const [digest, iterations, saltLength] = [1, 5, 9].map((at) => bytes.readUInt32BE(at));
  const rest = bytes.subarray(13);
  const [salt, key] = [rest.subarray(0, saltLength), rest.subarray(saltLength)];
  return pbkdf2({ digest: digests[digest ?? Number.NaN], iterations: String(iterations), salt, key });
}

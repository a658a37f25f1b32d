import {
  base64Bytes,
  damaged,
  isWhole,
  mostMemoryBytes,
  parametersOf,
  phcBase64,
  tooCostly,
  wholeNumber,
  type Groups,
  type HashForm,
  type Recipe,
} from "./recipe";

const mostPasses = 20;
const mostLanes = 16;
/** Passes over memory in KiB, all in all: one GiB takes one second or two of a core. */
const mostWork = 2 ** 20;
/** The longest salt and key that Bun reads. */
const mostBytes = 64;

/** argon2 1.3 with any affordable parameters; Django writes `argon2` before it. */
export const argon2Forms: readonly HashForm[] = [
  {
    kind: "argon2",
    pattern: /^(?:argon2)?\$argon2(?<type>id|i|d)\$v=19\$(?<costs>[^$]+)\$(?<salt>[^$]+)\$(?<key>[^$]+)$/,
    read: argon2,
  },
  {
    kind: "argon2",
    pattern: /^(?:argon2)?\$argon2(?:id|i|d)\$(?!v=19\$)/,
    read: () => ({ refused: "argon2 of an older version than 1.3 (without v=19) cannot be verified" }),
  },
];

/** The text is written anew from what was judged, so that Bun reads nothing else in it. */
function argon2({ type, costs, salt, key }: Groups): Recipe {
  const bytes = { salt: base64Bytes(salt), key: base64Bytes(key) };
  if (!isWhole(bytes) || bytes.salt.length < 8 || Math.max(bytes.salt.length, bytes.key.length) > mostBytes)
    return damaged;
  const { m, t, p } = parametersOf(costs);
  const [memory, passes, lanes] = [wholeNumber(m), wholeNumber(t), wholeNumber(p)];
  const isAffordable =
    memory * 1024 <= mostMemoryBytes && passes <= mostPasses && lanes <= mostLanes && memory * passes <= mostWork;
  if (!isAffordable) return tooCostly;
  if (passes < 1 || lanes < 1 || memory < 8 * lanes) return damaged;
  const head = `$argon2${type}$v=19$m=${memory},t=${passes},p=${lanes}`;
  const hash = `${head}$${phcBase64(bytes.salt)}$${phcBase64(bytes.key)}`;
  return { matches: (password) => Bun.password.verifySync(password, hash) };
}

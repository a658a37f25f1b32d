import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import contract from "../../clients/contract/cookies/session.json";
import {
  onlyCookie,
  plainCookies,
  readSessionToken,
  readSessionTokens,
  readSigned,
  sealed as signed,
} from "../../src/session/cookie";

const secret = "a-secret-that-only-the-tests-know-0123456789";
const seal = { name: "better-auth.session_token", secrets: [secret] as const };
const token = "5RuynY01sDJsxqM9FiqhW0gTIAWlFmRy";
const signatureOf = (text: string) => createHmac("sha256", secret).update(text).digest("base64");
const signature = signatureOf(token);
const sealed = `${seal.name}=${encodeURIComponent(`${token}.${signature}`)}`;
const read = (header: string | null) => readSessionToken(header, seal);

test("the session cookie gives its token, alone or among others, however it is spaced or quoted", () => {
  expect(read(sealed)).toBe(token);
  expect(read(`theme=dark; ${sealed}; lang=en`)).toBe(token);
  expect(read(`  ${sealed}  `)).toBe(token);
  expect(read(`${seal.name}="${encodeURIComponent(`${token}.${signature}`)}"`)).toBe(token);
  expect(read(`${seal.name}=${token}.${signature}`)).toBe(token);
});

test("the session cookie counts for nothing when there are two, and each that is signed is known", () => {
  const other = token.toLowerCase();
  const second = `${seal.name}=${encodeURIComponent(signed(other, secret))}`;
  for (const header of [
    `${sealed}; ${seal.name}=forged.x`,
    `${seal.name}=forged.x; ${sealed}`,
    `${sealed}; ${sealed}`,
    `${sealed}; ${second}`,
  ])
    expect(read(header)).toBeNull();
  expect(readSessionTokens(`${sealed}; ${seal.name}=forged.x; ${second}; ${sealed}`, seal)).toEqual([token, other]);
});

test("the session cookie of any secret given is good, and says whether the first signed it", () => {
  const [next, dropped] = ["a-new-secret-that-only-the-tests-know-0123456", "a-secret-that-was-dropped-0123456789012"];
  const cookieOf = (by: string) => `${seal.name}=${encodeURIComponent(signed(token, by))}`;
  const several = { ...seal, secrets: [next, secret] as const };
  expect(readSigned(cookieOf(next), several)).toEqual({ token, isOutdated: false });
  expect(readSigned(cookieOf(secret), several)).toEqual({ token, isOutdated: true });
  expect(readSigned(cookieOf(dropped), several)).toBeNull();
  expect(readSigned(cookieOf(next), seal)).toBeNull();
  expect(readSessionTokens(`${cookieOf(next)}; ${cookieOf(secret)}; ${cookieOf(dropped)}`, several)).toEqual([token]);
  expect(readSigned(`${cookieOf(next)}; ${cookieOf(secret)}`, several)).toBeNull(); // two are nobody's
});

describe("the session cookie is read as the contract says", () => {
  test.each(contract.headers.map(({ what, header, value }) => [what, header, value] as const))(
    "%s",
    (_, header, value) => {
      expect(onlyCookie(header, contract.name)).toBe(value);
    },
  );
});

test("the session cookie that another parser could read otherwise is not handed on", () => {
  const handedOn = (header: string) => [...plainCookies(header)].map((pair) => pair.join("="));
  expect(handedOn("a=1;\tb = 2 ; c; d=; e=x=y")).toEqual(["a=1", "b=2", "d=", "e=x=y"]);
  for (const { header, value } of contract.headers) expect(plainCookies(header).get(contract.name) ?? null).toBe(value);
  expect(handedOn("\u00a0a=1; a\u00a0=1; b=\u00a02; b2=2\u00a0; c=1; c=\u00a0; d=x y; __proto__=1")).toEqual([
    "__proto__=1",
  ]);
});

test("the session cookie is found in a header of semicolons without their number squared in steps", () => {
  const milliseconds = (pairs: number) => {
    const header = `${";".repeat(pairs)}${sealed}`;
    return Math.min(
      ...Array.from({ length: 5 }, () => {
        const began = performance.now();
        expect(read(header)).toBe(token);
        return performance.now() - began;
      }),
    );
  };
  milliseconds(10_000); // warm
  // Sixteen times as long, not 256.
  expect(milliseconds(160_000)).toBeLessThan(100 * Math.max(milliseconds(10_000), 0.1));
});

test("the session cookie a pair without a value is no cookie, and one before it does not hide the next", () => {
  expect(read(`${seal.name}; ${sealed}`)).toBe(token);
  expect(read(`a; b; ${sealed}; c`)).toBe(token);
  expect(read(`a=${"x".repeat(10)};;; ${sealed}`)).toBe(token);
  expect(read(`${seal.name}`)).toBeNull();
  expect(read("")).toBeNull();
});

const tooLong = "x".repeat(129);
const flipped = signature.startsWith("A") ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
const other = createHmac("sha256", "another-secret-of-another-instance-000").update(token).digest("base64");
const hostile: Record<string, string | null> = {
  "no header": null,
  "an empty header": "",
  "another cookie only": "theme=dark",
  "the name in capitals": sealed.replace(seal.name, seal.name.toUpperCase()),
  "the name with a secure prefix": `__Secure-${sealed}`,
  "the name with a host prefix": `__Host-${sealed}`,
  "one bit of the signature flipped": `${seal.name}=${token}.${flipped}`,
  "the signature of another secret": `${seal.name}=${token}.${other}`,
  "another token with this signature": `${seal.name}=${token.toLowerCase()}.${signature}`,
  "a truncated signature": `${seal.name}=${token}.${signature.slice(0, 20)}`,
  "an empty signature": `${seal.name}=${token}.`,
  "forty-three letters": `${seal.name}=${token}.${"A".repeat(43)}`,
  "no signature": `${seal.name}=${token}`,
  "only a signature": `${seal.name}=.${signature}`,
  nothing: `${seal.name}=`,
  "a dot": `${seal.name}=.`,
  "two dots": `${seal.name}=..`,
  "bad percent signs": `${seal.name}=%zz%`,
  "encoded twice": `${seal.name}=${encodeURIComponent(encodeURIComponent(`${token}.${signature}`))}`,
  "an encoded NUL": `${seal.name}=%00${token}.${signature}`,
  "a line break": `${seal.name}=${token}%0d%0a.${signature}`,
  "a token too long to be one of ours, well signed": `${seal.name}=${tooLong}.${signatureOf(tooLong)}`,
  "eight kilobytes": `${seal.name}=${"x".repeat(8192)}.${signature}`,
  "names of Object's own": `__proto__=1; constructor=2; hasOwnProperty=3`,
  "a name without a value": seal.name,
};

for (const [name, header] of Object.entries(hostile))
  test(`the session cookie is nobody's with ${name}`, () => {
    expect(read(header)).toBeNull();
  });

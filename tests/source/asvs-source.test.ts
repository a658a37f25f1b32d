import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import { join } from "node:path";
import { lockedPackages, programBom } from "../../scripts/sbom";
import { keysFrom } from "../../src/guard/keys";
import { tokensOf } from "../../src/account/tokens";
import { linesOf, read } from "./files";

/** What is true of the source as a whole, and of what it is built from. */

const root = join(import.meta.dir, "../..");
const withoutComments = (path: string) => read(path).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
const sources = [...new Glob("{src,views,db}/**/*.{ts,tsx}").scanSync(root)].sort();
const isForeign = (path: string) => path.startsWith("src/guard/foreign");
const others = sources.filter((path) => !isForeign(path));
const filesWith = (pattern: RegExp) => sources.filter((path) => pattern.test(withoutComments(path)));

// Cryptography.
describe("the source", () => {
  test("asks Math.random for the length of pauses only, never for a secret", () => {
    const pausing = ["db/pool.ts", "src/mail/sender.ts", "src/process/housekeeping.ts", "src/session/keep-trying.ts"];
    expect(filesWith(/Math\.random/)).toEqual(["db/migrate.ts", ...pausing]);
    const uses = pausing.flatMap(linesOf).filter((line) => line.includes("Math.random"));
    for (const line of uses) expect(line).toMatch(/sleep|pause|setInterval/i);
    // The number of a lock that is tried out.
    expect(read("db/migrate.ts")).toMatch(/const probe = Math\.floor\(Math\.random/);
  });

  test("hashes with SHA-256 and argon2id alone", () => {
    const named = others.flatMap((path) =>
      [...withoutComments(path).matchAll(/(?:createHash|createHmac|CryptoHasher|hkdfSync)\("(\w+)"/g)].map(
        ([, name]) => name,
      ),
    );
    expect(named.length).toBeGreaterThan(4);
    expect([...new Set(named)]).toEqual(["sha256"]);
    // The first says what is taken over, and hashes nothing; in the codes of authenticator apps HMAC-SHA1 is the norm.
    expect(filesWith(/\b(md5|sha-?1|bcrypt|pbkdf2)\b/i).filter((path) => !isForeign(path))).toEqual([
      "db/existing/rows.ts",
      "src/capabilities/two-factor/time-code.ts",
    ]);
    expect(filesWith(/Bun\.password\.hash(Sync)?\((?!password, argon2id\))/)).toEqual([]);
  });

  test("verifies what other programs hashed, in the hashing thread alone, and hashes nothing their way", () => {
    expect(filesWith(/\bmatchesHash\b/)).toEqual(["src/guard/foreign-hash.ts", "src/guard/hash-question.ts"]);
    expect(filesWith(/import \{[^}]*\banswer\b[^}]*\} from "\.\/hash-question"/)).toEqual(["src/guard/hasher.ts"]);
    expect(filesWith(/from "[^"]*foreign\/(argon2|bcrypt|md5|pbkdf2|scrypt)"/)).toEqual(["src/guard/foreign-hash.ts"]);
    expect(filesWith(/Bun\.password\.hash|randomBytes|getRandomValues/).filter(isForeign)).toEqual([]);
  });
});

// What it encrypts with.
describe("the source", () => {
  test("has no cryptography of its own, one cipher in one place, and takes the runtime's from few", () => {
    expect(filesWith(/createCipher|createDecipher|\bsubtle\b|generateKeyPair|publicEncrypt|\bjwt\b|\bjose\b/i)).toEqual(
      ["src/guard/foreign/scrypt.ts", "src/guard/seal.ts"], // Firebase's hashes are encrypted
    );
    expect(read("src/guard/seal.ts").match(/aes-|chacha|des-|createCipheriv\(\w+/g)).toEqual([
      "createCipheriv(algorithm",
      "aes-",
    ]);
    expect(read("src/guard/seal.ts")).toContain('const algorithm = "aes-256-gcm";');
    expect(filesWith(/from "node:crypto"|CryptoHasher|Bun\.password|better-auth\/crypto/)).toEqual([
      "src/auth/library-secret.ts", // reads what Better Auth kept
      "src/guard/foreign/argon2.ts",
      "src/guard/foreign/bcrypt.ts",
      "src/guard/foreign/md5.ts",
      "src/guard/foreign/pbkdf2.ts",
      "src/guard/foreign/recipe.ts",
      "src/guard/foreign/scrypt.ts",
      "src/guard/hash-question.ts",
      "src/guard/keys.ts",
      "src/guard/seal.ts",
      "src/http/assets.ts",
      "src/http/page-style.ts",
      "src/pages/openapi.ts",
      "src/session/bearer.ts",
      "src/session/cookie.ts",
    ]);
  });
});

// What it starts and reaches.
describe("the source", () => {
  test("starts no other program but itself, and makes no pattern out of text", () => {
    expect(filesWith(/child_process|Bun\.spawn|Bun\.\$|\bexecSync\b|\bspawnSync\b|import\s*\{\s*\$/)).toEqual([
      "db/empty-cluster.ts",
      "src/process/supervisor.ts",
    ]);
    expect(read("db/empty-cluster.ts")).toContain(
      'Bun.spawn([process.execPath, "--no-env-file", ownPath("scripts/empty-cluster.ts"), file]',
    );
    // With its own file: nothing of it comes from outside.
    expect(read("src/process/supervisor.ts").match(/Bun\.spawn\([^,]*/g)).toEqual(["Bun.spawn([process.execPath"]);
    expect(read("src/process/supervisor.ts")).toContain(
      'Bun.spawn([process.execPath, ...(isOneFile ? [] : ["--no-env-file", Bun.main]), workerArgument]',
    );
    expect(filesWith(/new RegExp\(|\bRegExp\(/)).toEqual([]);
  });

  test("talks to its database, its mail server and the receiver of webhooks, and to nobody else", () => {
    expect(
      filesWith(/\bfetch\(|Bun\.connect|from "node:(http|https|tls|dgram|dns)"|new WebSocket|axios|XMLHttpRequest/),
    ).toEqual(["src/capabilities/webhooks/post.ts", "src/check.ts", "src/process/control-socket.ts"]);
    // The one address that an operator has named; then its own port and socket. Nothing comes from outside.
    expect(read("src/capabilities/webhooks/post.ts").match(/\brequest\([^,]*/g)).toEqual(["request(url"]);
    const asks = /own = own.*|\b(statusAt|get|fetch)\([^,)]*/g;
    expect(read("src/check.ts").match(asks)).toEqual(["own = ownAddress(listen);", "statusAt(own", "get({ ...own"]);
    expect(
      filesWith(/import \{[^}]*\b(connect|createConnection|Socket|createServer)\b[^}]*\} from "node:net"/),
    ).toEqual([]);
    const imported = (name: string) =>
      sources.filter((path) =>
        new RegExp(`^import (?!type).*from "${name}"|import\\("${name}"\\)`, "m").test(read(path)),
      );
    expect(["pg", "@neondatabase/serverless", "nodemailer"].map(imported)).toEqual([
      ["db/postgres.ts"],
      ["db/neon.ts"],
      ["src/mail/smtp-problem.ts", "src/mail/smtp.ts"],
    ]);
    expect(read("src/auth/auth.ts")).toContain("telemetry: { enabled: false }");
  });
});

// What it holds and shows.
describe("the source", () => {
  test("holds no key, no password and no address of a machine to log in to", () => {
    const all = [...sources, ...new Glob("{docs,clients,tests}/**/*.{ts,md,json}").scanSync(root)];
    const secret =
      /-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{30}|\bxox[abp]-\w{10}|\bsk_live_\w{10}/;
    expect(all.filter((path) => secret.test(read(path)))).toEqual([]);
  });

  test("uses nothing that browsers have given up: plug-ins, applets, JSONP, messages between windows", () => {
    // The page of local mode frames the mails that it lists, which run nothing.
    const shown = [...new Glob("views/**/*.{ts,tsx,js}").scanSync(root)].filter(
      (path) => path !== "views/dev-mail.tsx",
    );
    expect(
      shown.filter((path) =>
        /<(object|embed|applet|iframe|frame)\b|postMessage|"message"|onmessage|document\.domain|document\.write/.test(
          read(path),
        ),
      ),
    ).toEqual([]);
    expect(read("views/assets/app.js")).not.toMatch(
      /innerHTML|insertAdjacentHTML|outerHTML|localStorage|sessionStorage|indexedDB|document\.cookie/,
    );
  });
});

describe("each purpose", () => {
  test("has a key of its own, of 256 bits, and what is made for one is nothing to another", () => {
    const secret = "a-secret-that-only-the-tests-know-0123456789";
    const keys = Object.values(keysFrom([{ value: secret }])).flat();
    expect(keys).toHaveLength(9);
    expect(new Set([...keys, secret]).size).toBe(10);
    for (const key of keys) expect(Buffer.from(key, "base64url")).toHaveLength(32);
    const id = crypto.randomUUID();
    const tokensBy = (value: string) => tokensOf(id, keysFrom([{ value }]));
    const [mine, others] = [tokensBy(secret), tokensBy(`${secret}x`)];
    expect(Buffer.from(mine.token, "base64url")).toHaveLength(32);
    expect([others.token === mine.token, mine.token.includes(mine.code)]).toEqual([false, false]);
  });
});

describe("what it is built from", () => {
  test("is the registry's packages alone, each held by its SHA-512", () => {
    const packages = [...lockedPackages().values()];
    expect(packages.length).toBeGreaterThan(100);
    expect(
      packages.filter(
        ({ version, source, integrity }) =>
          source !== "" || !/^\d/.test(version) || !/^sha512-[\w+/]{86}==$/.test(integrity),
      ),
    ).toEqual([]);
  });

  test("is written down as a bill of materials, with all that its packages need", () => {
    const { bomFormat, specVersion, components, dependencies } = programBom();
    expect([bomFormat, specVersion]).toEqual(["CycloneDX", "1.6"]);
    const purls = components.map(({ purl }) => purl);
    const { dependencies: direct, engines } = JSON.parse(read("package.json"));
    for (const [name, version] of Object.entries(direct))
      expect(purls).toContain(`pkg:npm/${name.replace("@", "%40")}@${version}`);
    expect(new Set(purls).size).toBe(purls.length);
    expect(dependencies.flatMap(({ dependsOn }) => dependsOn).filter((purl) => !purls.includes(purl))).toEqual([]);
    const unhashed = components.filter(({ hashes }) => !/^[0-9a-f]{128}$/.test(hashes?.[0]?.content ?? ""));
    expect(unhashed.map(({ purl }) => purl)).toEqual([`pkg:generic/bun@${engines.bun}`]);
  });
});

describe("what it is built from", () => {
  test("is no older than the versions that mend a known weakness", async () => {
    // Advisories that were read for this project; `bun audit` asks for new ones before a release.
    const mendedIn = {
      "better-auth": "1.7.7",
      elysia: "1.4.27",
      "drizzle-orm": "0.45.2",
      nodemailer: "7.0.7",
      pg: "8.0.0",
    };
    const { dependencies } = (await Bun.file(join(root, "package.json")).json()) as {
      dependencies: Record<string, string>;
    }; // our own file
    for (const [name, version] of Object.entries(mendedIn))
      expect([name, Bun.semver.order(dependencies[name] ?? "0.0.0", version) >= 0]).toEqual([name, true]);
  });

  test("names exact versions only", () => {
    const { dependencies, devDependencies } = JSON.parse(read("package.json"));
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
  });
});

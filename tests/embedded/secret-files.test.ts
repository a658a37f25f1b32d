import { describe, expect, test } from "bun:test";
import { chmodSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readConfig } from "../../src/settings/config";
import { fileOf, secretNames } from "../../src/settings/secret-files";
import { foldersOfEach } from "../support/folders";
import { refusalOf } from "../support/refusal";

/** Secrets that stand in files: named by `NAME_FILE`, or handed over by systemd. */

const folder = foldersOfEach();

const secret = "kD7vQ2mX9pL4sW8zR1tY6uB3nH5jF0gC";
const values = {
  BETTER_AUTH_SECRET: secret,
  BETTER_AUTH_SECRETS: `2:${secret}`,
  DATABASE_URL: "postgres://ada:a-pass-phrase@db.example.com/app",
  DATABASE_URL_DIRECT: "postgres://ada:a-pass-phrase@direct.example.com/app",
  SMTP_URL: "smtp://ada:a-pass-phrase@mail.example.com:587",
  GATEHOUSE_BACKEND_KEY: `${secret}-of-backends`,
  GATEHOUSE_WEBHOOK_SECRET: `whsec_${secret}`,
};

function fileWith(text: string): string {
  const path = join(folder(), "secret");
  writeFileSync(path, text);
  return path;
}

const production = { BETTER_AUTH_URL: "https://login.example.com" };

describe("a secret in a file", () => {
  test("is what is in it, but for one line break at its end", () => {
    for (const end of ["", "\n", "\r\n"]) {
      const config = readConfig({
        ...production,
        BETTER_AUTH_SECRET_FILE: fileWith(values.BETTER_AUTH_SECRET + end),
        DATABASE_URL_FILE: fileWith(values.DATABASE_URL + end),
        DATABASE_URL_DIRECT_FILE: fileWith(values.DATABASE_URL_DIRECT + end),
        SMTP_URL_FILE: fileWith(values.SMTP_URL + end),
      });
      expect(config.secrets?.map(({ value }) => value)).toEqual([secret]);
      expect([config.database.url, config.database.directUrl]).toEqual([
        values.DATABASE_URL,
        values.DATABASE_URL_DIRECT,
      ]);
    }
    const several = { ...production, MAIL: "off", DATABASE_URL: values.DATABASE_URL };
    const rotated = readConfig({ ...several, BETTER_AUTH_SECRETS_FILE: fileWith(`2:${secret},1:${secret}x\n`) });
    expect(rotated.secrets?.map(({ value }) => value)).toEqual([secret, `${secret}x`]);
  });
});

describe("a secret in a file", () => {
  test("is text in UTF-8, or told by the name of its setting: bytes that are none would make another secret", () => {
    const path = fileWith("");
    for (const name of ["DATABASE_URL", "BETTER_AUTH_SECRET"] as const) {
      writeFileSync(path, Buffer.concat([Buffer.from(values[name]), Buffer.from([0xe9, 0x70])]));
      expect(refusalOf({ [fileOf(name)]: path })).toEqual([`${name}: must be text in UTF-8.`]);
      writeFileSync(path, Buffer.from(values[name], "utf16le"));
      expect(refusalOf({ [fileOf(name)]: path })).toEqual([`${name}: must be text in UTF-8.`]);
    }
  });

  test("may be handed over by systemd, in its folder and by the setting's name", () => {
    const credentials = folder();
    writeFileSync(join(credentials, "BETTER_AUTH_SECRET"), `${secret}\n`);
    writeFileSync(join(credentials, "DATABASE_URL"), values.DATABASE_URL);
    const handed = { ...production, MAIL: "off", CREDENTIALS_DIRECTORY: credentials };
    const config = readConfig(handed);
    expect([config.secrets?.[0].value, config.database.url]).toEqual([secret, values.DATABASE_URL]);
    expect(refusalOf({ ...handed, BETTER_AUTH_SECRET: secret })).toEqual([
      "BETTER_AUTH_SECRET: contradicts the credential BETTER_AUTH_SECRET. Leave one of them out.",
    ]);
    expect(refusalOf({ ...handed, DATABASE_URL_FILE: fileWith(values.DATABASE_URL) })).toEqual([
      "DATABASE_URL_FILE: contradicts the credential DATABASE_URL. Leave one of them out.",
    ]);
  });
});

const others = { ...production, MAIL: "off", GATEHOUSE_DB_DRIVER: "embedded" };
const refusedFor = (path: string) => refusalOf({ ...others, BETTER_AUTH_SECRET_FILE: path });

describe("a secret in a file stops the start", () => {
  test("where it is given outright too", () => {
    for (const name of secretNames) {
      const lines = refusalOf({ [name]: values[name], [fileOf(name)]: fileWith(values[name]) });
      expect(lines).toContain(`${name}: contradicts ${name}_FILE. Leave one of them out.`);
    }
  });

  test("where it cannot be read", () => {
    expect(refusedFor(join(folder(), "nowhere"))).toEqual([
      "BETTER_AUTH_SECRET_FILE: the file cannot be read (ENOENT). Name a file that this user may read.",
    ]);
    expect(refusedFor(folder())).toEqual([
      "BETTER_AUTH_SECRET_FILE: the file cannot be read (EISDIR). Name a file that this user may read.",
    ]);
  });

  test("where it is empty, or is no secret, and nothing of it is said", () => {
    for (const nothing of ["", "\n", " \n\n"])
      expect(refusedFor(fileWith(nothing))).toEqual([
        "BETTER_AUTH_SECRET_FILE: the file is empty. Write the secret into it.",
      ]);
    for (const nothing of ["", "  "])
      expect(refusedFor(nothing)).toEqual([
        "BETTER_AUTH_SECRET_FILE: is set, but to nothing. Name the file, or unset it.",
      ]);
    expect(refusedFor(fileWith("x".repeat(100_000)))).toEqual([
      "BETTER_AUTH_SECRET_FILE: the file is larger than any secret. Name the right one.",
    ]);
    expect(refusedFor("/dev/zero")).toEqual(refusedFor(fileWith("x".repeat(100_000)))); // has no size, and no end
    for (const text of ["short", `${secret}\n${secret}`]) {
      const lines = refusedFor(fileWith(text));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toStartWith("BETTER_AUTH_SECRET: ");
      expect(lines[0]).not.toContain(text.slice(0, 5));
    }
  });
});

describe("a secret in a file stops the start", () => {
  test("where nobody knows what systemd hands over", () => {
    const handed = { ...others, BETTER_AUTH_SECRET: secret };
    expect(refusalOf({ ...handed, CREDENTIALS_DIRECTORY: fileWith("") })).toEqual([
      "CREDENTIALS_DIRECTORY: the folder cannot be read (ENOTDIR). " +
        "Start the program as the user for whom it was made, or unset it.",
    ]);
    expect(refusalOf({ ...handed, CREDENTIALS_DIRECTORY: join(folder(), "nowhere") })).toEqual([]);
    const credentials = folder();
    symlinkSync(join(credentials, "nowhere"), join(credentials, "SMTP_URL"));
    expect(refusalOf({ ...handed, CREDENTIALS_DIRECTORY: credentials })).toEqual([
      "the credential SMTP_URL: the file cannot be read (ENOENT). Name a file that this user may read.",
    ]);
  });

  test("where this user may not read it", () => {
    const path = fileWith(secret);
    chmodSync(path, 0);
    if (process.getuid?.() !== 0) expect(refusedFor(path)[0]).toContain("(EACCES)");
    chmodSync(path, 0o600);
    expect(refusedFor(path)).toEqual([]);
  });
});

test("in production the embedded database must be wanted: an address that is missing starts no empty one", () => {
  const rest = { ...production, MAIL: "off", BETTER_AUTH_SECRET: secret };
  expect(refusalOf(rest)).toEqual([
    expect.stringMatching(/^DATABASE_URL: required in production\. .* GATEHOUSE_DB_DRIVER=embedded /),
  ]);
  expect(refusalOf({ ...rest, GATEHOUSE_DB_DRIVER: "embedded" })).toEqual([]);
  expect(refusalOf({ BETTER_AUTH_URL: "http://localhost:3000" })).toEqual([]);
});

import { expect, test } from "bun:test";
import {
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { command, startFolder } from "../../support/command";
import { foldersOfEach } from "../../support/folders";
import { manage } from "../../support/manage";
import { startProgram } from "../../support/program";
import { manyClients } from "../../support/traffic";

/** Folders that belong to somebody else, are not there, or cannot be written: by the verbs that operators type. */

const newFolder = foldersOfEach();

/** A service has a user of its own; whoever is not root can give nothing to it. */
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.log("!! SKIPPED  verbs that root types in another user's folder: they need root.");
const stranger = 65534;

const everythingIn = (folder: string) => [
  folder,
  ...readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
];

const giveTo = (uid: number, folder: string) => {
  for (const path of everythingIn(folder)) chownSync(path, uid, uid);
};

const ownersIn = (folder: string) => [...new Set(everythingIn(folder).map((path) => lstatSync(path).uid))];

/** The same as root without the power to pass over who may do what: as any other user. */
async function asAnyUser(settings: Record<string, string>, ...words: string[]) {
  const limited = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", ...command, ...words];
  const env = { PATH: process.env.PATH ?? "", ...settings };
  const child = Bun.spawn(limited, { cwd: startFolder, env, stdout: "pipe", stderr: "pipe" });
  const [problem, code] = await Promise.all([new Response(child.stderr).text(), child.exited]);
  return [code, problem];
}

/** A database that a program has made, and which it has closed. */
async function madeByProgram() {
  const program = await startProgram(manyClients, newFolder());
  await program.stop();
  return program.dataDirectory;
}

test.skipIf(!isRoot)(
  "what root does in a service's folder is the service's, so that it can start again",
  async () => {
    const DATA_DIR = await madeByProgram();
    const file = join(newFolder(), "backup.tar.gz");
    rmSync(join(DATA_DIR, "secret"));
    giveTo(stranger, DATA_DIR);
    const entry = join(newFolder(), "people.jsonl");
    writeFileSync(entry, '{"email":"ada@example.org"}');
    for (const words of [
      ["backup", file],
      ["users", "add", "bob@example.org"],
      ["import", "jsonl", entry],
      ["users", "show", "nobody@example.org"],
    ]) {
      await manage({ DATA_DIR }, ...words);
      expect([words, ownersIn(DATA_DIR)]).toEqual([words, [stranger]]);
    }
    expect((await manage({ DATA_DIR }, "users", "list")).out).toMatch(/ada@example.org[^]*bob@example.org/);

    const empty = newFolder();
    chownSync(empty, stranger, stranger);
    expect((await manage({ DATA_DIR: empty }, "restore", file)).code).toBe(0);
    expect(ownersIn(empty)).toEqual([stranger]);
  },
  120_000,
);

test.skipIf(!isRoot)(
  "a verb of somebody else, and a start on files of somebody else, are refused in words",
  async () => {
    const program = await startProgram(manyClients, newFolder());
    const DATA_DIR = program.dataDirectory;
    giveTo(stranger, join(DATA_DIR, "embedded"));
    for (const words of [
      ["users", "list"],
      ["backup", "/nowhere/file"],
      ["end-sessions", "all"],
    ])
      expect(await asAnyUser({ DATA_DIR }, ...words)).toEqual([
        1,
        expect.stringMatching(
          /^DATA_DIR: this user may not reach the program in it\. Type the verb as the user who runs/,
        ),
      ]);
    await program.stop();
    giveTo(0, DATA_DIR);
    const control = join(DATA_DIR, "embedded", "cluster", "global", "pg_control");
    chownSync(control, stranger, stranger);
    Bun.spawnSync(["chmod", "600", control]);
    const refused = `DATA_DIR: this user may not read and write ${control}. Give all that is in the folder to the user`;
    for (const words of [["serve"], ["users", "list"]])
      expect(await asAnyUser({ DATA_DIR }, ...words)).toEqual([78, expect.stringContaining(refused)]);
  },
  60_000,
);

test("a start whose files cannot be used names one of them", async () => {
  const DATA_DIR = await madeByProgram();
  const folder = join(DATA_DIR, "embedded", "cluster", "global");
  rmSync(folder, { recursive: true });
  symlinkSync("/nowhere/at/all", folder);
  const { code, problem } = await manage({ DATA_DIR }, "serve");
  expect([code, problem]).toEqual([78, expect.stringContaining(`may not read and write ${folder}.`)]);
});

test("a verb makes no database where there is none", async () => {
  const DATA_DIR = join(newFolder(), "misspelt");
  const entry = join(newFolder(), "people.jsonl");
  writeFileSync(entry, '{"email":"ada@example.org"}');
  const verbs = [
    ["end-sessions", "all"],
    ["users", "list"],
    ["mails"],
    ["held-up"],
    ["import", "jsonl", entry, "--dry-run"],
  ];
  for (const words of verbs)
    expect([words, await manage({ DATA_DIR }, ...words)]).toMatchObject([
      words,
      {
        ...{ code: 1, out: "" },
        problem: "DATA_DIR: there is no embedded database in it. Name the folder that the program was started with.\n",
      },
    ]);
  expect(() => lstatSync(DATA_DIR)).toThrow("ENOENT");
}, 60_000);

test("a backup that cannot be written says what the system said", async () => {
  const DATA_DIR = await madeByProgram();
  const long = join(newFolder(), "a".repeat(300));
  for (const [file, code] of [
    ["/dev/null/backup.tar.gz", "ENOTDIR"],
    [long, "ENAMETOOLONG"],
  ] as const)
    expect(await manage({ DATA_DIR }, "backup", file)).toMatchObject({
      ...{ code: 1, said: `${file}: could not be written (${code}).\n` },
    });
});

test.skipIf(!isRoot)("a disk that is only read is told, of a backup and of a secret", async () => {
  const disk = newFolder();
  expect(Bun.spawnSync(["mount", "-t", "tmpfs", "tmpfs", disk]).exitCode).toBe(0);
  try {
    const secrets = join(disk, "secrets");
    writeFileSync(secrets, "1:an old secret of this test that is long enough");
    Bun.spawnSync(["mount", "-o", "remount,ro", disk]);
    const DATA_DIR = await madeByProgram();
    const file = join(disk, "backup.tar.gz");
    expect((await manage({ DATA_DIR }, "backup", file)).said).toBe(`${file}: could not be written (EROFS).\n`);
    const added = await manage({ DATA_DIR, BETTER_AUTH_SECRETS_FILE: secrets }, "rotate-secret", "add");
    expect(added.said).toStartWith("BETTER_AUTH_SECRETS_FILE: the file cannot be written (EROFS).");
    expect(readFileSync(secrets, "utf8")).not.toContain(",2:");
  } finally {
    Bun.spawnSync(["umount", "-l", disk]);
  }
});

test.skipIf(!isRoot)("a first start on a full disk is refused in words, and leaves nothing half", async () => {
  const disk = newFolder();
  expect(Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]).exitCode).toBe(0);
  try {
    const DATA_DIR = join(disk, "data");
    mkdirSync(DATA_DIR);
    expect(await manage({ DATA_DIR }, "serve")).toMatchObject({
      ...{ code: 1, out: "" },
      problem: "DATA_DIR: a new database could not be written into it. Are 50 MB free on its disk?\n",
    });
    expect(readdirSync(join(DATA_DIR, "embedded")).sort()).toEqual(["engine", "lock"]);
  } finally {
    Bun.spawnSync(["umount", "-l", disk]);
  }
});

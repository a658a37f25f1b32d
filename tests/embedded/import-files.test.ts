import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { RefusedForNow } from "../../db/refusal";
import { csv } from "../../src/import/csv";
import { entriesOf } from "../../src/import/entries";
import { Unreadable } from "../../src/import/entry";
import { formats } from "../../src/import/formats";
import { foldersOfEach } from "../support/folders";
import { withFile } from "../support/importing";

/** Files that cannot be read, or only in part: what is said about them, and on which line. */

const newFolder = foldersOfEach();

/** What is read of a file: a line and a value, or a line and a problem; the last one may say why there is no more. */
async function read(name: string, content: string | Uint8Array): Promise<unknown[]> {
  const format = formats.get(name);
  if (!format) throw new Error(`There is no format ${name}.`);
  return withFile(content, async (file) => {
    const found: unknown[] = [];
    try {
      for await (const entry of entriesOf(file, format))
        found.push([entry.line, "value" in entry ? entry.value : entry.problem]);
    } catch (error) {
      if (error instanceof Unreadable) found.push([error.line, error.problem]);
      else if (error instanceof RefusedForNow) found.push(error.message.replace(file, "FILE"));
      else throw error;
    }
    return found;
  });
}

test("a pipe may say nothing at first: what it is comes in a later piece", async () => {
  expect(await read("jsonl", `\uFEFF${"\n".repeat(262_200)}{"email":"a"}`)).toEqual([[262_201, { email: "a" }]]);
});

const zip = [0x50, 0x4b, 3, 4];
const refused: [what: string, content: string | number[], words: string][] = [
  ["nothing in it", "", "FILE: is empty."],
  ["space alone in it", " \r\n\n", "FILE: is empty."],
  ["a ZIP in it", [...zip, 20, 0, 0], "FILE: is a ZIP: unpack it, and name the file in it."],
  ["what gzip packed", [0x1f, 0x8b, 8, 0], "FILE: is packed by gzip: unpack it first."],
  ["UTF-16 in it", [0xff, 0xfe, 0x69, 0, 0x64, 0], "FILE: is in UTF-16: save it in UTF-8."],
  ["bytes in it", [1, 2, 0, 3], "FILE: is not text in UTF-8."],
  [
    "other columns",
    "id,mail\n1,a@example.org\n",
    "FILE: has no email, no encrypted_password. Is it of another format?",
  ],
  [
    "semicolons between its columns",
    "id;email;encrypted_password\n1;a@example.org;\n",
    "FILE: has no id, no email, no encrypted_password. Its columns have to be separated by commas.",
  ],
  [
    "semicolons between its columns, whose names are in quotes",
    '"id";"email";"encrypted_password"\n"1";"a@example.org";""\n',
    "FILE: has no id, no email, no encrypted_password. Its columns have to be separated by commas.",
  ],
  [
    "another program's JSON",
    '[{"user_id":"1"}]',
    "FILE: has no id, no email, no encrypted_password. Is it of another format?",
  ],
  ["another program's lines", '{"email":"a"}\n', "FILE: has no id, no encrypted_password. Is it of another format?"],
];

test("Auth0's lines may begin with somebody who has no email address, and with nobody of another program", async () => {
  const byPhone = { user_id: "sms|1", phone_number: "+15550100" };
  expect(await read("auth0", `${JSON.stringify(byPhone)}\n{"email":"a"}`)).toEqual([
    [1, byPhone],
    [2, { email: "a" }],
  ]);
  expect(await read("auth0", '{"id":1,"mail":"a"}')).toEqual([
    "FILE: has no email or user_id or _id. Is it of another format?",
  ]);
});

describe("a file that is no export is refused with", () => {
  for (const [what, content, words] of refused)
    test(what, async () => {
      expect(await read("supabase", typeof content === "string" ? content : Uint8Array.from(content))).toEqual([words]);
    });

  test("a folder, and what is not there", async () => {
    const folder = newFolder();
    for (const [file, what] of [
      [folder, "a folder"],
      [join(folder, "missing"), "not there"],
    ] as const) {
      const format = formats.get("jsonl");
      await expect(format && entriesOf(file, format).next()).rejects.toThrow(`${file}: is ${what}. Name a file.`);
    }
  });

  test("CSV where it is JSON, and JSON where it is CSV", async () => {
    expect(await read("clerk", "[]")).toEqual(["FILE: is one JSON document, and this format is CSV."]);
    expect(await read("keycloak", "id,email\n")).toEqual([
      "FILE: is no JSON, but like CSV, and this format is one JSON document.",
    ]);
    expect(await read("jsonl", '[{"email":"a@example.org"}]')).toEqual([
      "FILE: is one JSON document, and this format is JSON on each line.",
    ]);
  });
});

/** Read in one piece, and with a first line so long that what follows comes in a later piece. */
const rails = (rest: string) => [`id,email,name\n${rest}`, `id,email,name\n,,${"x".repeat(262_130)}\n${rest}`];

const cases: [what: string, rest: string, found: [number, unknown][]][] = [
  [
    "with CRLF, also within quotes, and empty lines, keeps its lines",
    '1,a,"A\r\nB, ""C"""\r\n\r\n2,b\r\n3,NULL,\\N\r\n',
    [
      [0, { id: "1", email: "a", name: 'A\r\nB, "C"' }],
      [3, "has 2 fields, and the first line names 3 columns: was it cut off?"],
      [4, { id: "3" }],
    ],
  ],
  [
    "that ends within a line says so",
    "1,a,A\n2,b",
    [
      [0, { id: "1", email: "a", name: "A" }],
      [1, "has 2 fields, and the first line names 3 columns: was it cut off?"],
    ],
  ],
  [
    "that ends within quotes says so",
    '1,a,A\n2,b,"B\n\n3,c,C\n',
    [
      [0, { id: "1", email: "a", name: "A" }],
      [1, "the file ends within quotes: was it cut off?"],
    ],
  ],
  [
    "with a quote out of place is read up to there",
    '1,a,A\n2,b,B"x"\n3,c,C\n',
    [
      [0, { id: "1", email: "a", name: "A" }],
      [1, "a quote is out of place, so that from here on this is not CSV"],
    ],
  ],
];

describe("a CSV", () => {
  for (const [what, rest, found] of cases)
    test(what, async () => {
      for (const [before, content] of rails(rest).entries()) {
        const all = await read("rails", content);
        expect(all.slice(before)).toEqual(found.map(([line, value]) => [line + 2 + before, value]));
      }
    });

  test("with a byte order mark has its first column", async () => {
    expect(await read("rails", "\uFEFFid,email\n1,a\n")).toEqual([[2, { id: "1", email: "a" }]]);
  });

  test("that names a column twice is refused, for nobody knows which is meant", async () => {
    expect(await read("rails", "id,email,x,id ,x\n1,a,,2,\n")).toEqual([
      "FILE: names id, x more than once. Leave all but one of each out.",
    ]);
    expect(await read("rails", "id,email,,\n1,a,,\n")).toEqual([[2, { id: "1", email: "a" }]]);
    expect(await read("rails", "id,email,a@b.c,a@b.c\n")).toEqual([
      "FILE: names a column more than once. Leave all but one of each out.",
    ]);
  });

  test("whose quotes are never closed does not fill the memory", async () => {
    const found = await read("rails", `id,email\n1,"${"x\n".repeat(4 * 1024 * 1024)}`);
    expect(found).toEqual([[2, "this entry is too long to be about one person: is a quote left open?"]]);
  });
});

describe("JSON", () => {
  test("on lines is read line by line, and one that was cut off is named", async () => {
    expect(await read("jsonl", '\uFEFF{"email":"a"}\r\n\n{"email":"b\n{"email":"c"}')).toEqual([
      [1, { email: "a" }],
      [3, "is not JSON: was it cut off?"],
      [4, { email: "c" }],
    ]);
    expect(await read("jsonl", `{"email":"${"x".repeat(5 * 1024 * 1024)}`)).toEqual([
      [1, "this line is too long to be about one person"],
    ]);
  });

  test("of a document is read from wherever its people are", async () => {
    const realm =
      '{"roles":[{"users":[1]}],\n"users":[\n{"username":"a","x":{"y":[1]}},\n\n{"username":"b"}],"z":\n[{}]}';
    expect(await read("keycloak", realm)).toEqual([
      [3, { username: "a", x: { y: [1] } }],
      [5, { username: "b" }],
    ]);
    expect(await read("rails", '\uFEFF [{"id":1,"email":"a"},\n 5]\n')).toEqual([
      [1, { id: 1, email: "a" }],
      [2, 5],
    ]);
  });

  test("of a document that was cut off, or is damaged, is read up to there", async () => {
    expect(await read("rails", '[{"id":1,"email":"a"},\n{"id":2,')).toEqual([
      [1, { id: 1, email: "a" }],
      [2, "the file ends too early: was it cut off?"],
    ]);
    expect(await read("rails", '[{"id":1,"email":"a"},\n\n{id:2},{"id":3}]')).toEqual([
      [1, { id: 1, email: "a" }],
      [3, "from here on this is not JSON"],
    ]);
  });
});

test("a document in which nobody is where people are is refused", async () => {
  const nobody = 'FILE: has nobody in "users". Is it of another format?';
  const realms = '[{"realm":"master","users":[{"username":"admin"}]},\n{"realm":"example","users":[]}]';
  for (const document of [realms, '{"realm":"example","enabled":true}', '{"users":[]}', "{}"])
    expect([document, await read("keycloak", document)]).toEqual([document, [nobody]]);
  expect(await read("rails", "[]")).toEqual([]); // a table without rows
});

test("lines are counted as they are, wherever a piece of a file ends", async () => {
  const text = 'id,name\n1,"\n"\n\n2,x\r\n\r\n"3\n",y\n\n4,z';
  for (let size = 1; size < text.length; size++) {
    const pieces = (async function* () {
      for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
    })();
    const lines: number[] = [];
    for await (const { line } of csv(pieces, () => undefined)) lines.push(line);
    expect([size, lines]).toEqual([size, [2, 5, 7, 10]]);
  }
});

import { describe, expect, test } from "bun:test";
import { Glob } from "bun";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { languages } from "../../views/words";
import { oldDocs, oldEnglish, oldGerman } from "./old-words";

/** How the words are written: short sentences, one kind of German, the punctuation of each language. */

const root = join(import.meta.dir, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** A text as it is said, with `x` for what is filled in; undefined where the expression is none. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => `x${literal.text}`).join("");
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}

/** Every text that stands in the core's files of a language, or in others. */
function textsOf(code: string, files = `views/words/${code}/*.ts`): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    if (text !== undefined) texts.push(text);
    else if (!ts.isImportDeclaration(node)) ts.forEachChild(node, visit);
  };
  for (const path of new Glob(files).scanSync(root))
    visit(ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest));
  return texts;
}

const longest = 160; // characters of a sentence

describe.each(Object.keys(languages))("what is said in %s", (code) => {
  const texts = textsOf(code);

  test("is in sentences of at most 160 characters", () => {
    expect(texts.length).toBeGreaterThan(80);
    const sentences = texts.flatMap((text) => text.split(/(?<=[.?!])\s+/));
    expect(sentences.filter((sentence) => sentence.length > longest)).toEqual([]);
  });

  test("has no straight apostrophe, and three dots as one sign", () => {
    expect(texts.filter((text) => /\p{L}'\p{L}|\.\.\./u.test(text))).toEqual([]);
  });
});

/** What holds the words to how they were mended: none of these is there again. */
const found = (texts: string[], old: readonly RegExp[]) =>
  old.flatMap((pattern) => texts.filter((text) => pattern.test(text)).map((text) => `${pattern}: ${text}`));

test("no sentence is there that was stiff or wrong before", () => {
  expect(found(textsOf("en"), oldEnglish)).toEqual([]);
  expect(found([...textsOf("de"), ...textsOf("de-formal")], oldGerman)).toEqual([]);
  const docs = [...new Glob("{docs,clients,examples}/**/*.{md,mdx,json,ts,tsx}").scanSync(root)].filter(
    (path) => !/node_modules|\/(dist|build|\.docusaurus)\//.test(path),
  );
  expect(docs.filter((path) => oldDocs.some((pattern) => pattern.test(read(path))))).toEqual([]);
});

test("German says either du or Sie, never both", () => {
  /** Every word as it is said, those that formal German takes over from the other too; a function as its source. */
  const said = (words: unknown): string[] =>
    typeof words === "object" && words !== null ? Object.values(words).flatMap(said) : [String(words)];
  const orders =
    "Gib|Öffne|Wähle|Melde|Prüfe|Schau|Sieh|Lade|Kürze|Verwende|Versuche es|Nimm|Lass|Erstelle|Bestätige|" +
    "Fordere|Schließe";
  const du = new RegExp(`(?<!\\p{L})(du|dich|dir|dein(e[mnrs]?)?|ignoriere|antworte|${orders})(?!\\p{L})`, "iu");
  expect(said(languages["de-formal"]).filter((text) => du.test(text))).toEqual([]);
  expect(textsOf("de").filter((text) => /\b(Ihnen|Ihr|Ihre[mnrs]?)\b/.test(text))).toEqual([]);
});

test("a sentence is right whatever the product is called: Acme, or Acme Docs", () => {
  const all = (code: string) => [
    ...textsOf(code),
    ...textsOf(code, `src/capabilities/*/words/${code}.ts`),
    ...textsOf(code, `src/capabilities/*/words/pages/${code}.ts`),
  ];
  expect(all("en").filter((text) => /\ban? x\b/i.test(text))).toEqual([]); // "a Acme account"
  const german = [...all("de"), ...all("de-formal")];
  expect(german.filter((text) => /\bx-\p{Lu}/u.test(text))).toEqual([]); // "Acme Docs-Konto"
});

test("French has its spaces before ; : ! and ?", () => {
  const withoutPlaces = textsOf("fr").map((text) => text.replaceAll(/https?:/g, ""));
  expect(withoutPlaces.filter((text) => /[^\u00a0\u202f][;:!?]/.test(text))).toEqual([]);
});

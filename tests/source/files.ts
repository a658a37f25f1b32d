import { Glob } from "bun";
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";

const root = join(import.meta.dir, "../..");

/** The text of a file, by its path from the root of the repository. */
export const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** The lines of a file. */
export const linesOf = (path: string): string[] => read(path).trimEnd().split("\n");

/** The files of these patterns, as paths from the root; what is installed or built counts for nothing. */
export const filesIn = (...patterns: string[]): string[] =>
  patterns
    .flatMap((pattern) => [...new Glob(pattern).scanSync(root)])
    .filter((path) => !/(^|\/)(node_modules|\.venv|build|dist|lib|\.docusaurus)\//.test(path))
    .sort();

/** The program itself. */
export const sources = filesIn("src/**/*.{ts,tsx}", "views/**/*.{ts,tsx}", "db/**/*.ts");
/** What is not the program, but beside it: its tests, measurements, scripts, examples and clients. */
export const beside = filesIn("{tests,bench,scripts,examples,clients}/**/*.{ts,tsx}");

/** The files of this repository that a file imports, as paths from the root and without their ending. */
export const importsOf = (path: string): string[] =>
  [...read(path).matchAll(/^(?:import|export)\b[^;]*?"(\.[^"]+)"|\bimport\("(\.[^"]+)"\)/gms)]
    .map(([, still, lazy]) => still ?? lazy ?? "")
    .map((target) => relative(root, join(root, dirname(path), target)).replace(/\.tsx?$/, ""));

/** A function of a file, by what it is called or handed to. */
export interface Written {
  name: string;
  lines: number;
  parameters: number;
}

/** Every function of a file. */
export function functionsOf(path: string): Written[] {
  const kind = path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const file = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true, kind);
  const lineOf = (position: number) => file.getLineAndCharacterOfPosition(position).line;
  const found: Written[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node) && "body" in node && node.body)
      found.push({
        name: nameOf(node),
        lines: lineOf(node.end) - lineOf(node.getStart()) + 1,
        parameters: node.parameters.length,
      });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function nameOf(node: ts.SignatureDeclaration): string {
  const { parent } = node;
  if (node.name) return node.name.getText();
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText();
  return ts.isCallExpression(parent)
    ? `${parent.expression.getText()}(${parent.arguments[0]?.getText()})`
    : "a function";
}

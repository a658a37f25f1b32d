import { expect, test } from "bun:test";
import { longFunctions } from "./not-yet";
import { beside, filesIn, functionsOf, linesOf, sources, type Written } from "./files";

/** How long a file, a function and a line may be, and how many parameters a function may have. */

const mostLines = 250;
const mostLinesOfFunction = 40;
const mostParameters = 3;
const widest = 120;

const everything = [...sources, ...beside, ...filesIn("views/**/*.{css,js}", "{clients,bench,examples}/**/*.py")];

/** What breaks a rule, which may be only what is listed; and what is listed must break it, so that the list shrinks. */
function holds(broken: string[], allowed: readonly string[] = []) {
  expect(broken.sort()).toEqual([...allowed].sort());
}

/** The functions of files that break a rule. */
const functionsIn = (paths: string[], breaks: (written: Written) => boolean) =>
  paths.flatMap((path) =>
    functionsOf(path)
      .filter(breaks)
      .map(({ name }) => `${path}: ${name}`),
  );

test("no file is longer than 250 lines", () => {
  expect(everything.length).toBeGreaterThan(200);
  holds(everything.filter((path) => linesOf(path).length > mostLines));
});

test("no function is longer than 40 lines", () => {
  holds(
    functionsIn([...sources, ...beside], ({ lines }) => lines > mostLinesOfFunction),
    longFunctions,
  );
});

test("no function has more than three parameters", () => {
  holds(functionsIn(sources, ({ parameters }) => parameters > mostParameters));
});

test("no line is wider than 120 columns", () => {
  holds(
    everything.flatMap((path) => linesOf(path).flatMap((line, i) => (line.length > widest ? `${path}:${i + 1}` : []))),
  );
});

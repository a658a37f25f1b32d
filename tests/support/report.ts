import { existsSync, readFileSync } from "node:fs";

/** How a suite ended. */
export interface Count {
  passed: number;
  /** The name of each test that failed; something in words where no test says what it was. */
  failed: string[];
  /** The same of those that did not run. */
  skipped: string[];
}

/** The sum of several; a new one each time. */
export const sum = (...counts: Count[]): Count => ({
  passed: counts.reduce((all, { passed }) => all + passed, 0),
  failed: counts.flatMap(({ failed }) => failed),
  skipped: counts.flatMap(({ skipped }) => skipped),
});

/** A tool that passes or fails as a whole. */
export const verdict = (name: string, code: number): Count =>
  code === 0
    ? { passed: 1, failed: [], skipped: [] }
    : { passed: 0, failed: [`${name}: exit code ${code}`], skipped: [] };

/**
 * Reads a JUnit report of `bun test` or pytest. A run that ends badly, or without a test, has failed even when no
 * test says so.
 */
export function readReport(path: string, code: number): Count {
  const tests = existsSync(path) ? readFileSync(path, "utf8").split("<testcase ").slice(1) : [];
  // in a text, `<` is written `&lt;`
  const failed = tests.filter((test) => /<(failure|error)\b/.test(test)).map(nameOf);
  const skipped = tests.filter((test) => test.includes("<skipped")).map(nameOf);
  const passed = tests.length - skipped.length - failed.length;
  if (tests.length === 0) failed.push(`no test ran: exit code ${code}`);
  else if (code !== 0 && failed.length === 0) failed.push(`exit code ${code} though each test passed`);
  return { passed, failed, skipped };
}

function nameOf(test: string): string {
  const attribute = (name: string) => test.match(new RegExp(`(?:^|\\s)${name}="([^"]*)"`))?.[1] ?? "";
  const names = [attribute("file") || attribute("classname"), attribute("name")];
  return names.join(" > ").replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: keyof typeof entities) => entities[entity]);
}

const entities = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

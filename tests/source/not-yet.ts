/** Functions over 40 lines, by file: whatever is mended leaves the list, and nothing is added to it. */
export const longFunctions: readonly string[] = [
  "src/app.ts: createParts",
  "src/http/edge.ts: createEdge",
  'tests/browser/looks/look.test.ts: describe("the pages")',
  'tests/browser/looks/look.test.ts: describe("what is wrong is said to whoever listens")',
  "tests/support/existing-app.ts: ownedTables",
  "tests/support/existing-cases.ts: existingApps",
  "tests/support/mail-server.ts: startMailServer",
];

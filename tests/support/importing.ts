import { join } from "node:path";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { twoFactor } from "../../src/capabilities/two-factor/index";
import { keepFactorsOf } from "../../src/contributions";
import { formats } from "../../src/import/formats";
import type { HashParameters } from "../../src/import/formats/format";
import { takeIn, type Counts } from "../../src/import/take-in";
import type { KeepFactors } from "../../src/import/write";
import { secret, type Gatehouse } from "./harness";

/** A file that another program made. */
export const fixture = (name: string): string => join(import.meta.dir, "../fixtures/import", name);

/** How a file is imported into a Gatehouse. */
export interface Importing {
  format: string;
  file: string;
  isDry?: boolean;
  parameters?: HashParameters;
  /** In place of what keeps second factors. */
  keepFactors?: KeepFactors;
}

const keep = keepFactorsOf([twoFactor], () => [{ value: secret }]);

/** Imports a file: what was counted, and the lines that were told. */
export async function importInto(
  { database }: Gatehouse,
  { format: name, file, isDry = false, parameters, keepFactors = keep }: Importing,
): Promise<Partial<Counts> & { told: string[] }> {
  const told: string[] = [];
  const format = formats.get(name);
  if (!format) throw new Error(`There is no format ${name}.`);
  const source = { file, format, name, parameters, tell: (line: string) => void told.push(line) };
  const counts = await database.withoutDeadlines((own) => takeIn(own, source, { isDry, keepFactors }));
  const some = Object.entries(counts).filter(([, count]) => count !== 0 && JSON.stringify(count) !== "{}");
  return { ...Object.fromEntries(some), told };
}

/** Does something with a file of this content, which is removed afterwards. */
export async function withFile<Value>(content: string | Uint8Array, use: (file: string) => Promise<Value>) {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-import-"));
  const file = join(folder, "people");
  writeFileSync(file, content);
  return use(file).finally(() => rmSync(folder, { recursive: true }));
}

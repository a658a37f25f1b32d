import type { Orm } from "../../db/types";
import { operator, record } from "../account/events";
import { judgeHash, type Judged } from "../guard/foreign-hash";
import { entriesOf } from "./entries";
import { placeOf, Unreadable, type Entry } from "./entry";
import type { Format, HashParameters } from "./formats/format";
import { person, problemOf } from "./person";
import { isRow } from "./row";
import { beginFile, write, type Checked, type Fate, type Writing } from "./write";

/** What is imported, and who is told what is wrong: a line for each problem. */
export interface Source {
  file: string;
  format: Format;
  /** The name of the format, as it was typed. */
  name: string;
  parameters?: HashParameters;
  tell(line: string): void;
}

/** How many people each was true of. */
export interface Counts {
  imported: number;
  alreadyThere: number;
  refused: number;
  /** Entries about nobody: service accounts, other models. */
  skipped: number;
  suspended: number;
  /** Who had a second factor that could not come along. */
  withoutFactor: number;
  /** Who has to choose a password, by the reason why. */
  withoutPassword: Record<string, number>;
}

/** People at a time: their transaction is short, and costs little beside them. */
const atOnce = 1000;

/**
 * Takes everybody in whom a file knows, in batches: each is written wholly, with its event, or not at all, and a second
 * run goes on where the first one ended. Throws RefusedForNow where the file is not of this format.
 */
export async function takeIn(own: Orm, source: Source, writing: Writing): Promise<Counts> {
  const counts: Counts = {
    ...{ imported: 0, alreadyThere: 0, refused: 0, skipped: 0, suspended: 0 },
    ...{ withoutFactor: 0, withoutPassword: {} },
  };
  await beginFile(own);
  for await (const read of batchesOf(source)) await takeBatch(own, read, { writing, counts, source });
  return counts;
}

/** An entry that was read: with a person, or with a problem; with neither where it is about nobody. */
interface ReadEntry {
  place: string;
  problem?: string;
  checked?: Checked;
  refusedHash?: string;
  losesFactor?: boolean;
}

async function* batchesOf(source: Source): AsyncGenerator<ReadEntry[]> {
  let batch: ReadEntry[] = [];
  try {
    for await (const entry of entriesOf(source.file, source.format)) {
      batch.push(readEntry(entry, source));
      if (batch.length < atOnce) continue;
      yield batch;
      batch = [];
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    batch.push({ place: placeOf(error), problem: error.problem });
  }
  yield batch;
}

/** Checks one entry. Nothing that is told has anything in it of what the file says. */
function readEntry(entry: Entry, { format, parameters }: Source): ReadEntry {
  const place = placeOf(entry);
  if ("problem" in entry) return { place, problem: entry.problem };
  const { value } = entry;
  if (!isRow(value)) return { place, problem: "is not about a person" };
  const drafted = format.draftOf(value, parameters);
  if (!drafted) return { place };
  const isDamaged = (field: unknown) => typeof field === "string" && field.includes("\uFFFD");
  if (Object.values(drafted.person).some(isDamaged)) return { place, problem: "has text that is not UTF-8" };
  const read = person.safeParse(drafted.person);
  if (!read.success) return { place, problem: problemOf(read.error) };
  const judged = keepable(drafted.password ?? judgedOf(read.data.passwordHash));
  const checked = { place, person: read.data, hash: "hash" in judged ? judged.hash : undefined };
  return {
    place,
    checked,
    refusedHash: "refused" in judged ? judged.refused : undefined,
    losesFactor: drafted.losesFactor,
  };
}

function judgedOf(hash: string | undefined): Judged {
  return hash === undefined ? { refused: "the file has no password of theirs" } : judgeHash(hash);
}

/** A salt may be any text; this is what no database keeps. */
const keepable = (judged: Judged): Judged =>
  "hash" in judged && /[\p{Cc}\p{Cs}]/u.test(judged.hash) ? { refused: "the hash is damaged" } : judged;

interface Taking {
  writing: Writing;
  counts: Counts;
  source: Source;
}

/** Writes a batch with its event, counts what became of it, and tells its problems in the order of the file. */
async function takeBatch(own: Orm, batch: readonly ReadEntry[], { writing, counts, source }: Taking): Promise<void> {
  const { name, tell } = source;
  const checked = batch.flatMap((entry) => entry.checked ?? []);
  const unread = batch.filter(({ problem }) => problem !== undefined).length;
  const written = await own.transaction(async (inner) => {
    const became = await write(inner, checked, writing);
    if (!writing.isDry) await note(inner, { name, became, unread });
    return became;
  });
  const fates = written.values();
  for (const { place, problem, checked: written, refusedHash, losesFactor } of batch) {
    const fate = written ? fates.next().value : problem === undefined ? undefined : { problem };
    if (fate === undefined) counts.skipped++;
    else if (fate === "there") counts.alreadyThere++;
    else if (fate !== "written") {
      counts.refused++;
      tell(`${place}: ${fate.problem}`);
    } else {
      counts.imported++;
      if (written?.person.suspension) counts.suspended++;
      if (losesFactor) counts.withoutFactor++;
      if (refusedHash !== undefined)
        counts.withoutPassword[refusedHash] = (counts.withoutPassword[refusedHash] ?? 0) + 1;
    }
  }
}

interface Noted {
  name: string;
  became: readonly Fate[];
  /** How many entries were left out before anything was written. */
  unread: number;
}

/** Notes a batch by which anybody came: it is about nobody in particular. */
async function note(inner: Orm, { name, became, unread }: Noted): Promise<void> {
  const imported = became.filter((fate) => fate === "written").length;
  const alreadyThere = became.filter((fate) => fate === "there").length;
  if (imported === 0) return;
  const leftOut = unread + became.length - imported - alreadyThere;
  const subject = `${name}: ${imported} imported, ${alreadyThere} there already, ${leftOut} left out`;
  const by = { actor: operator, reason: "" };
  await record(inner, { email: "" }, { kind: "people_imported", subject, by });
}

/** The latest changes to sessions and users, in the order in which they were heard. */
export interface ChangeRing {
  /** Adds the ids of sessions and users that changed. Without ids: anything may have changed. */
  note(ids?: readonly string[]): void;
  /** Where a reader is who knows everything up to now. Another process, also after a restart, knows no such cursor. */
  cursor(): string;
  /**
   * The ids that were added since a cursor, each once. Undefined where that cannot be told: the cursor is another
   * process's or none at all, too much was added since, or anything may have changed.
   */
  since(cursor: string | null): string[] | undefined;
  /** Has something done after each addition. */
  onNote(act: () => void): void;
}

const usualLength = 4096; // ids: an answer with all of them has some 150 KB

/** A ring of so many ids: the oldest make room. */
export function createChangeRing(length = usualLength): ChangeRing {
  const process = crypto.randomUUID().replaceAll("-", "");
  let act = () => {};
  let first = 0; // the position of the first id
  let ids: string[] = [];
  const end = () => first + ids.length;
  return {
    cursor: () => `${process}.${end()}`,
    note(changed) {
      if (changed) ids.push(...changed);
      // The position moves on, so that every cursor from before is too old.
      else [first, ids] = [end() + 1, []];
      const surplus = ids.length - length;
      if (surplus > 0) [first, ids] = [first + surplus, ids.slice(surplus)];
      act();
    },
    since(cursor) {
      const position = positionIn(cursor, process);
      if (position === undefined || position < first || position > end()) return undefined;
      return [...new Set(ids.slice(position - first))];
    },
    onNote: (next) => void (act = next),
  };
}

function positionIn(cursor: string | null, process: string): number | undefined {
  const [, ofProcess, position] = /^([0-9a-f]{32})\.(\d{1,15})$/.exec(cursor ?? "") ?? [];
  return ofProcess === process ? Number(position) : undefined;
}

/** What waits, each for somebody: of all who wait, one after the other has a turn, however much one of them has. */
export interface Turns<Item> {
  add(whose: string, item: Item): void;
  /** Takes out what is next; undefined when nothing waits. */
  next(): Item | undefined;
  /** Takes out what came last of whoever has the most waiting. */
  dropOfMost(): Item | undefined;
  /** How much waits, altogether and for one. */
  count(): number;
  countOf(whose: string): number;
}

/** Turns, with nobody waiting. */
export function createTurns<Item>(): Turns<Item> {
  const waiting = new Map<string, Item[]>(); // in the order in which they have their turn
  return {
    add: (whose, item) => void waiting.set(whose, [...(waiting.get(whose) ?? []), item]),
    next() {
      const [first] = waiting;
      if (!first) return undefined;
      const [whose, [item, ...others]] = first;
      waiting.delete(whose);
      if (others.length > 0) waiting.set(whose, others);
      return item;
    },
    dropOfMost() {
      const most = Math.max(...[...waiting.values()].map(({ length }) => length));
      const [whose, items = []] = [...waiting].findLast(([, { length }]) => length === most) ?? [""];
      if (most > 1) waiting.set(whose, items.slice(0, -1));
      else waiting.delete(whose);
      return items.at(-1);
    },
    count: () => [...waiting.values()].flat().length,
    countOf: (whose) => waiting.get(whose)?.length ?? 0,
  };
}

/** A change that deletes or inverts one guard of the program, and the tests of which one must then fail. */
export interface Mutation {
  file: string;
  /** Stands in the file exactly once. */
  from: string;
  to: string;
  /** Paths from the root. */
  tests: string[];
}

/** What stands there, what is put in its place, and test files as `everywhere/sign-in`. */
type Row = [from: string, to: string, ...tests: string[]];

/** The mutations of one file. */
export const mutationsOf = (file: string, rows: Row[]): Mutation[] =>
  rows.map(([from, to, ...tests]) => ({ file, from, to, tests: tests.map((test) => `tests/${test}.test.ts`) }));

/** Whether the source has moved on, so that the mutation would change nothing, or more than one place. */
export const isStale = ({ from, to }: Mutation, text: string): boolean => from === to || text.split(from).length !== 2;

/** The text of the file with the mutation. */
export const mutate = ({ from, to }: Mutation, text: string): string => text.replace(from, () => to);

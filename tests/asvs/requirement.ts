/** One requirement of the OWASP ASVS 5.0, and what shows that it is met. Exactly one of the last four is given. */
export interface Requirement {
  id: string;
  level: 1 | 2 | 3;
  /** What it asks, in our words. */
  asks: string;
  /** The tests that show it, by their whole names. */
  tests?: readonly string[];
  /** Where it is written, when it asks for something to be written: `file#heading`. */
  doc?: string;
  /** Where it is said to whoever runs the program what to do, when no code of ours can do it: `file#heading`. */
  operator?: string;
  /** Why it is not met. */
  open?: string;
}

type Proof = Pick<Requirement, "tests" | "doc" | "operator" | "open">;

/** The tests that show a requirement. */
export const shown = (...tests: string[]): Proof => ({ tests });
/** Where a requirement is fulfilled by being written down. */
export const written = (doc: string): Proof => ({ doc });
/** Where whoever runs the program is told what is theirs to do. */
export const operators = (operator: string): Proof => ({ operator });
/** Why a requirement is not met. */
export const open = (why: string): Proof => ({ open: why });

/** A requirement, on one line. */
export const asks = (id: string, level: Requirement["level"], what: string, proof: Proof): Requirement => ({
  id,
  level,
  asks: what,
  ...proof,
});

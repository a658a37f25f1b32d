/** A reason not to start, in words for the operator: printed as one line, without a stack. */
export class StartRefused extends Error {}

/**
 * The same for what no setting mends: a port or a folder is in use, a name was mistyped, a file is not there. Whoever
 * starts the program again by itself may do so.
 */
export class RefusedForNow extends StartRefused {}

/** The same where the database, or the program that has it open, does not answer now: it may later on. */
export class NoAnswerNow extends RefusedForNow {}

/** How the program ends when its settings are refused: starting it again changes nothing. BSD's EX_CONFIG. */
export const refusedCode = 78;

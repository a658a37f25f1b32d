const none = () => ({ signed_in: 0, nobody: 0, unknown: 0 });

/** How many checks for programs were answered how, by what knew the answer. Plain numbers: counting costs nothing. */
export type CheckCounts = Record<"memory" | "database", ReturnType<typeof none>>;

/** How many polls of backends were answered how. */
export type PollCounts = Record<"changed" | "unchanged" | "reset" | "unknown" | "refused", number>;

/** Counts of polls that begin at nothing. */
export const newPollCounts = (): PollCounts => ({ changed: 0, unchanged: 0, reset: 0, unknown: 0, refused: 0 });

/** Counts that begin at nothing. */
export const newCheckCounts = (): CheckCounts => ({ memory: none(), database: none() });

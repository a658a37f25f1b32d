const none = () => ({ signed_in: 0, nobody: 0, unknown: 0 });

/** How many checks for programs were answered how, by what knew the answer. Plain numbers: counting costs nothing. */
export type CheckCounts = Record<"memory" | "database", ReturnType<typeof none>>;

/** Counts that begin at nothing. */
export const newCheckCounts = (): CheckCounts => ({ memory: none(), database: none() });

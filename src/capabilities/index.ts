import type { Capability } from "../capability";

/** Every capability there is, a line each. Known to `main.ts` alone, which hands the list on. */
export const capabilities: readonly Capability[] = [];

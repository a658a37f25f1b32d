import type { Capability } from "../capability";
import { twoFactor } from "./two-factor/index";

/** Every capability there is, a line each. Known to `main.ts` alone, which hands the list on. */
export const capabilities: readonly Capability[] = [twoFactor];

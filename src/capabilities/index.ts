import type { Capability } from "../capability";
import { administration } from "./administration";
import { passkeys } from "./passkeys";
import { twoFactor } from "./two-factor";
import { webhooks } from "./webhooks";

/** Every capability there is, a line each. Known to `main.ts` alone, which hands the list on. */
export const capabilities: readonly Capability[] = [twoFactor, passkeys, administration, webhooks];

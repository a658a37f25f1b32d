import { coreLimits, type Limit } from "./throttle";

/** Whether an address is in a network in which many people share one. */
type IsWide = (ip: string) => boolean;

/**
 * How many more tries than usual a limit has without a wait, by what the operator knows of the networks that people
 * come from; fewer where the number is negative. What counts by account has as many everywhere.
 */
export const moreTries =
  ({ perNetwork, factor }: { perNetwork: number; factor: number }, isWide: IsWide) =>
  ({ kind, ip }: Limit): number => {
    if (ip === undefined) return 0;
    const usual = triesWithoutWait(kind);
    const own = kind === "signUp" || kind === "signUpNetwork" ? (usual * perNetwork) / usualPerNetwork : usual;
    return Math.round(isWide(ip) ? own * factor : own) - usual;
  };

/** The tries of a kind before there is a wait. */
const triesWithoutWait = (kind: Limit["kind"]): number => coreLimits[kind].findIndex((seconds) => seconds > 0) + 1;

const usualPerNetwork = triesWithoutWait("signUp");

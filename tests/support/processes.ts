import { readdirSync, readFileSync } from "node:fs";

/** The living processes that another one started, as Linux lists them: a bare machine has no `ps`. */
export const childrenOf = (parent: number): number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const [state, ppid] = afterName(pid);
      return ppid === String(parent) && state !== "Z";
    });

/** The words of `/proc/PID/stat` behind the program's name, which may hold anything; none when it has ended. */
function afterName(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

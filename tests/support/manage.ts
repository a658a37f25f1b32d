import { existsSync, readFileSync } from "node:fs";
import { command, startFolder } from "./command";

/**
 * One of the operator's commands, with exactly these settings: how it ended, what it said, and the most memory it
 * took.
 */
export async function manage(settings: Record<string, string>, ...words: string[]) {
  const child = Bun.spawn([...command, ...words], {
    cwd: startFolder,
    env: { PATH: process.env.PATH ?? "", ...settings },
    stdout: "pipe",
    stderr: "pipe",
  });
  let peakMegabytes = 0;
  const watch = setInterval(() => void (peakMegabytes = Math.max(peakMegabytes, peakOf(child.pid))), 20);
  const [out, problem, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  clearInterval(watch);
  return { code, said: out + problem, out, problem, peakMegabytes };
}

/**
 * The most memory a process ever had, as the kernel remembers it; 0 once it has ended. What it reports at the end
 * would include ours, before the fork.
 */
function peakOf(pid: number): number {
  const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, "utf8") : "";
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1000);
}

import { readFileSync } from "node:fs";

/** One process, as Linux tells of it. */
interface Kin {
  pid: number;
  parent: number;
  session: number;
  command: string;
}

const betweenLooks = 500; // milliseconds
const mostSteps = 3;

/**
 * Calls back when the `npx` that started this program is gone: it ends at a SIGTERM without a word to what it started,
 * and the port would stay taken. Only a program that npx waits for is meant, through a shell or `bun run`; what was set
 * apart by design (a session of its own, `&`, a service manager) outlives its starter. Linux alone tells who began
 * whom.
 */
export function onNpxExit(ended: () => void): void {
  const line = lineToNpx();
  if (!line) return;
  const look = setInterval(() => {
    if (line.every(({ pid, parent }) => kinOf(pid)?.parent === parent)) return;
    clearInterval(look);
    ended();
  }, betweenLooks);
  look.unref();
}

/** This process and those between it and its npx, the last one a child of it; undefined where there is none. */
function lineToNpx(): Kin[] | undefined {
  const line: Kin[] = [];
  for (let kin = kinOf(process.pid); kin && line.length <= mostSteps; kin = kinOf(kin.parent)) {
    if (kin.session !== (line[0] ?? kin).session) return undefined;
    if (/^npm exec\b/.test(kin.command)) return line;
    if (line.length > 0 && !waitsForItsChild(kin)) return undefined;
    line.push(kin);
  }
  return undefined;
}

/** A shell with one command and nothing put in the background, or `bun run`. */
const waitsForItsChild = ({ command }: Kin) => /^\S*sh -c [^&]*$/.test(command) || /^\S*bun\S* (run )?\S/.test(command);

function kinOf(pid: number): Kin | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [, parent, , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before may hold anything
    const command = readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ").trim();
    return { pid, parent: Number(parent), session: Number(session), command };
  } catch {
    return undefined; // it has ended, or this is no Linux
  }
}

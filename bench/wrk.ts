/** One run of wrk against one address. */
export interface Measured {
  /** Answers a second. */
  rate: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Answers that were neither 2xx nor 3xx. */
  refused: number;
}

/**
 * Measures with wrk, on one thread and 64 connections unless told otherwise. Throws when wrk is not there or reports
 * broken sockets.
 */
export async function wrk(
  url: string,
  {
    seconds,
    connections = 64,
    headers = {},
    script,
  }: { seconds: number; connections?: number; headers?: Record<string, string>; script?: string },
): Promise<Measured> {
  const given = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const child = Bun.spawn(
    ["wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "--latency", ...(script ? ["-s", script] : given), url],
    { stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  );
  const [printed, complaint] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if ((await child.exited) !== 0) throw new Error(`wrk: ${complaint}`);
  const broken = /Socket errors: (.*)/.exec(printed)?.[1];
  if (broken && !/connect 0, read 0, write 0/.test(broken)) throw new Error(`${url}: ${broken}`);
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(printed)?.[1]),
    p50: milliseconds(/^\s+50%\s+(\S+)/m.exec(printed)?.[1]),
    p99: milliseconds(/^\s+99%\s+(\S+)/m.exec(printed)?.[1]),
    refused: Number(/Non-2xx or 3xx responses: (\d+)/.exec(printed)?.[1] ?? 0),
  };
}

/** `290.10us`, `1.50ms`, `1.02s`. */
function milliseconds(text = ""): number {
  const [, number, unit] = /^([\d.]+)(us|ms|s)$/.exec(text) ?? [];
  return Number(number) * (unit === "us" ? 0.001 : unit === "ms" ? 1 : 1000);
}

/** The middle of several measurements of one thing. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** The value that this part of the measurements stays below: 0.99 for the slowest of a hundred. */
export function percentile(values: number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

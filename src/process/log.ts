import { fstatSync, writeSync } from "node:fs";
import { codeOf } from "../../db/error-code";

const levels = ["info", "warn", "error"] as const;

type Level = (typeof levels)[number];

/** One event as it is written: a name, a level, and facts that are safe to keep for a year. */
export type Log = (level: Level, event: string, facts?: Record<string, unknown>) => void;

/** Receives finished lines; the real one writes to standard output, tests collect. */
export type LogSink = (line: string) => void;

/** How lines are written: for programs, or for people. */
export type LogFormat = "json" | "text";

/**
 * A log of one line per event, for those of the level `least` and above: JSON, or text as `name=value`. Facts named
 * like a secret are dropped whatever their value, strings are cut at 500 characters, and an error gives its kind and
 * place only: messages of database errors carry the values of the statement, passwords' hashes and session tokens among
 * them.
 */
export function createLog(sink: LogSink, least: Level = "info", format: LogFormat = "json"): Log {
  return (level, event, facts = {}) => {
    if (levels.indexOf(level) < levels.indexOf(least)) return;
    const line = JSON.stringify({ time: new Date().toISOString(), level, event, ...facts }, keepOutSecrets);
    sink(format === "json" ? line : asText(JSON.parse(line)));
  };
}

/** A value that could be taken for anything else, or for another line, stands in quotes. */
function asText({ time, level, event, ...facts }: Record<string, unknown>): string {
  const written = (value: unknown) =>
    typeof value === "string" && /^[\w.:/@%+-]+$/.test(value) ? value : JSON.stringify(value);
  const named = Object.entries(facts).map(([name, value]) => `${name}=${written(value)}`);
  return [time, String(level).padEnd(5), event, ...named].join(" ");
}

/** How much waits for whoever reads the output, in characters: some four thousand lines. */
const mostWaiting = 1024 * 1024;

const outputDescriptor = 1;

/** Standard output as a sink, whatever it is. In the format is told how many lines it did not take. */
export const standardOutput = (format: LogFormat): LogSink =>
  isFile(outputDescriptor) ? toFile(outputDescriptor, format) : toReader(format);

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false; // it is closed
  }
}

/**
 * A file as a sink. What it does not take, as on a full disk, is dropped, and counted once there is room again: the
 * runtime's own stream would write no line any more. The rest of a line that was taken in part comes before any other.
 */
function toFile(descriptor: number, format: LogFormat): LogSink {
  let [rest, dropped] = [Buffer.alloc(0), 0];
  const writeRest = () => {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch {
      // no room: it is tried again with the next line
    }
  };
  const takes = (line: string): boolean => {
    const bytes = Buffer.from(`${line}\n`);
    writeRest();
    if (rest.length > 0) return false;
    rest = bytes;
    writeRest();
    if (rest.length < bytes.length) return true;
    rest = Buffer.alloc(0);
    return false;
  };
  const hear = (line: string) => {
    if (takes(line)) dropped = 0;
  };
  const log = createLog(hear, "info", format);
  return (line) => {
    if (dropped > 0) log("warn", "log.dropped", { lines: dropped });
    if (dropped > 0 || !takes(line)) dropped += 1;
  };
}

/**
 * A pipe, a socket or a terminal as a sink. Nobody reading it any more (a closed pipe) is no reason to stop serving,
 * nor is a reader who stands still a reason to keep ever more lines: those beyond a bound are dropped, and counted once
 * the others are read. A line is written as a whole or not at all: lines go one at a time, and so small a piece a pipe
 * takes at once.
 */
function toReader(format: LogFormat): LogSink {
  const waiting: string[] = [];
  let [isStuck, characters, dropped] = [false, 0, 0];
  const write = (line: string) => void (isStuck = !process.stdout.write(`${line}\n`));
  const log = createLog(write, "info", format);
  process.stdout.on("error", () => undefined);
  process.stdout.on("drain", () => {
    isStuck = false;
    while (!isStuck && waiting.length > 0) {
      const line = waiting.shift() ?? "";
      characters -= line.length;
      write(line);
    }
    if (isStuck || dropped === 0) return;
    const lines = dropped;
    dropped = 0;
    log("warn", "log.dropped", { lines });
  });
  return (line) => {
    if (!isStuck) return write(line);
    if (dropped > 0 || characters + line.length > mostWaiting) return void (dropped += 1);
    waiting.push(line);
    characters += line.length;
  };
}

/** Whether standard output is a terminal, where a person reads it. */
export const isAtTerminal = (): boolean => process.stdout.isTTY;

const secretNames = /pass(word|phrase)|token|cookie|secret|authorization|hash|credential|params|query/i;
const longestString = 500;

function keepOutSecrets(name: string, value: unknown): unknown {
  if (secretNames.test(name)) return undefined;
  if (value instanceof Error) return describeError(value);
  return typeof value === "string" && value.length > longestString ? `${value.slice(0, longestString)}…` : value;
}

/** What may be told of an error: its kind, code and place, and its message only where the runtime wrote it. */
export function describeError(error: Error): Record<string, unknown> {
  const cause = error.cause instanceof Error ? describeError(error.cause) : undefined;
  const message = writtenByTheRuntime.includes(error.name) ? error.message : undefined;
  return { kind: error.name, code: codeOf(error), message, at: callSites(error), cause };
}

const writtenByTheRuntime = ["TypeError", "RangeError", "ReferenceError"];

/** The first lines of the stack that name a place; the lines before them repeat the message. */
function callSites(error: Error): string[] {
  const lines = error.stack?.split("\n") ?? [];
  return lines
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 5)
    .map((line) => line.trim());
}

/** What every line about a request says of it. */
export interface RequestFacts {
  /** Its id. */
  request: string;
  /** The address it came from, as GATEHOUSE_LOG_ADDRESS has it. */
  client?: string;
  /** The id of the trace it belongs to, where its sender told one (W3C Trace Context). */
  trace?: string;
}

/** The id of the trace that a well-formed `traceparent` header of the W3C names. */
export const traceIn = (headers: Headers): string | undefined =>
  wellFormedParent.exec(headers.get("traceparent") ?? "")?.[1];

/** A version that is none is `ff`; ids of zeros are none either. */
const wellFormedParent = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;

/** The id a request came with, when it can stand in a log. */
export function givenId(headers: Headers): string | undefined {
  const given = headers.get("x-request-id");
  return given !== null && idPattern.test(given) ? given : undefined;
}

/** Which ids can. */
export const idPattern = /^[A-Za-z0-9_-]{8,64}$/;

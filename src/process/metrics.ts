import { version } from "../version";

/** What is measured: its kind, what it says, and for a histogram the upper bounds of its buckets, in seconds. */
interface Family {
  type: "counter" | "gauge" | "histogram";
  help: string;
  buckets?: readonly number[];
  /** Whether it says something of the whole program: then the largest value of the workers counts, not their sum. */
  isOfAll?: boolean;
}

/** Everything that is measured, by name; `docs/metrics.md` repeats it, and a test compares the two. */
export const families = {
  gatehouse_build_info: { type: "gauge", help: "Always 1, with the version in its label.", isOfAll: true },
  gatehouse_workers: { type: "gauge", help: "Processes that serve." },
  gatehouse_workers_ended_total: { type: "counter", help: "Workers that ended by themselves, and were replaced." },
  gatehouse_http_request_duration_seconds: {
    type: "histogram",
    help: "How long requests took, by route, method and status; not session checks from memory, nor backends' polls.",
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10],
  },
  gatehouse_session_checks_total: {
    type: "counter",
    help: "Checks of a session for programs, by answer, and by whether memory or the database knew it.",
  },
  gatehouse_session_cache_entries: { type: "gauge", help: "Checked sessions that are kept in memory." },
  gatehouse_session_cache_believed: {
    type: "gauge",
    help: "Workers that hear of changes, and so believe what they keep, or that nobody asked for a minute.",
  },
  gatehouse_change_polls_waiting: { type: "gauge", help: "Backends that wait for a change now." },
  gatehouse_change_polls_total: {
    type: "counter",
    help: "Polls of backends that answer from memory, by what they were told.",
  },
  gatehouse_sign_ins_total: {
    type: "counter",
    help: "Sign-ins and proofs by a way: done, refused because the proof was wrong, or throttled.",
  },
  gatehouse_second_factor_total: { type: "counter", help: "Second factors that were tried, by kind and outcome." },
  gatehouse_throttled_total: { type: "counter", help: "Tries that had to wait, by the limit that held them up." },
  gatehouse_hash_queue: { type: "gauge", help: "Requests and passwords that wait for a place to hash." },
  gatehouse_hash_duration_seconds: {
    type: "histogram",
    help: "How long hashing a password took, without the wait before.",
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  },
  gatehouse_mails_total: {
    type: "counter",
    help: "Mails: sent, failed and tried again, given up, or needless by then.",
  },
  gatehouse_webhooks_total: { type: "counter", help: "Tries to send a webhook: sent, failed, or given up." },
  gatehouse_outbox_waiting: { type: "gauge", help: "Mails that wait to be sent.", isOfAll: true },
  gatehouse_outbox_oldest_age_seconds: {
    type: "gauge",
    help: "How long the mail has waited that waits longest.",
    isOfAll: true,
  },
  gatehouse_db_connections: {
    type: "gauge",
    help: "Connections to the database: idle or busy; and requests that wait for one.",
  },
  process_resident_memory_bytes: { type: "gauge", help: "Memory of the processes that serve." },
  process_cpu_seconds_total: { type: "counter", help: "Time of the cores that they used." },
} as const satisfies Record<string, Family>;

/** The name of something that is measured. */
export type MetricName = keyof typeof families;

/** The names and values of labels. Values are words of our own: never a text that somebody sent. */
export type Labels = Record<string, string>;

/** What was measured at one moment: for each name its series, by what stands behind the name in their lines. */
export type Snapshot = { [Name in MetricName]?: Record<string, number> };

type Readings = readonly (readonly [Labels, number])[];

/** Reads what is asked for at once. */
type Read = () => Told | Promise<Told>;
type Told = { [Name in MetricName]?: Readings };

/** Counts and measures in one process. */
export interface Metrics {
  /** Adds one. */
  count(name: MetricName, labels?: Labels): void;
  /** Adds a duration to a histogram. */
  observe(name: HistogramName, seconds: number, labels?: Labels): void;
  /** Has something read whenever it is asked for, once each time. */
  watch(read: Read): void;
  /** All that is known now. What cannot be read is left out. */
  read(): Promise<Snapshot>;
}

type HistogramName = "gatehouse_http_request_duration_seconds" | "gatehouse_hash_duration_seconds";

interface Histogram {
  /** How many fell into each bucket, and not into the one before; the last is without a bound. */
  counts: number[];
  sum: number;
}

/** Metrics that begin at nothing. */
export function createMetrics(): Metrics {
  const counters = new Map<MetricName, Map<string, number>>();
  const histograms = new Map<HistogramName, Map<string, Histogram>>();
  const watched: Read[] = [ofTheProcess];
  return {
    count(name, labels = {}) {
      const series = counters.get(name) ?? new Map<string, number>();
      counters.set(name, series);
      const key = textOf(labels);
      series.set(key, (series.get(key) ?? 0) + 1);
    },
    observe(name, seconds, labels = {}) {
      const series = histograms.get(name) ?? new Map<string, Histogram>();
      histograms.set(name, series);
      const { buckets } = families[name];
      const key = textOf(labels);
      const into = series.get(key) ?? { counts: Array<number>(buckets.length + 1).fill(0), sum: 0 };
      series.set(key, into);
      const at = buckets.findIndex((bound) => seconds <= bound);
      const place = at === -1 ? buckets.length : at;
      into.counts[place] = (into.counts[place] ?? 0) + 1;
      into.sum += seconds;
    },
    watch: (read) => void watched.push(read),
    async read() {
      const snapshot: Snapshot = {};
      for (const [name, series] of counters)
        snapshot[name] = Object.fromEntries([...series].map(([labels, value]) => [inBraces(labels), value]));
      for (const [name, series] of histograms)
        snapshot[name] = Object.assign({}, ...[...series].map((entry) => linesOf(families[name].buckets, ...entry)));
      for (const read of watched) {
        const told = await readOrNothing(read);
        for (const name of names)
          for (const [labels, value] of told[name] ?? []) (snapshot[name] ??= {})[inBraces(textOf(labels))] = value;
      }
      return snapshot;
    },
  };
}

/** A database that cannot be asked must not keep the rest from being told. */
async function readOrNothing(read: Read): Promise<Told> {
  try {
    return await read();
  } catch {
    return {};
  }
}

function ofTheProcess(): Told {
  const { user, system } = process.cpuUsage();
  return {
    gatehouse_build_info: [[{ version }, 1]],
    gatehouse_workers: [[{}, 1]],
    process_resident_memory_bytes: [[{}, process.memoryUsage.rss()]],
    process_cpu_seconds_total: [[{}, (user + system) / 1e6]],
  };
}

const textOf = (labels: Labels) =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join();

const inBraces = (labels: string) => (labels === "" ? "" : `{${labels}}`);

/** A histogram as its series: each bucket holds what the ones before it hold. */
function linesOf(buckets: readonly number[], labels: string, { counts, sum }: Histogram): Record<string, number> {
  const before = labels === "" ? "" : `${labels},`;
  let upTo = 0;
  const series = counts.map((count, at) => {
    upTo += count;
    return [`_bucket{${before}le="${buckets[at] ?? "+Inf"}"}`, upTo] as const;
  });
  return {
    ...Object.fromEntries(series),
    [`_sum${inBraces(labels)}`]: sum,
    [`_count${inBraces(labels)}`]: upTo,
  };
}

/** Several snapshots as one: values are added up, but for what is of the whole program. */
export function merged(snapshots: readonly Snapshot[]): Snapshot {
  const all: Snapshot = {};
  for (const snapshot of snapshots)
    for (const name of names)
      for (const [series, value] of Object.entries(snapshot[name] ?? {})) {
        const into = (all[name] ??= {});
        const { isOfAll }: Family = families[name];
        into[series] = isOfAll ? Math.max(into[series] ?? 0, value) : (into[series] ?? 0) + value;
      }
  return all;
}

/** What of a process counts on when it has ended: what happened, not how things stood. */
export const lasting = (snapshot: Snapshot): Snapshot =>
  Object.fromEntries(names.filter((name) => families[name].type !== "gauge").map((name) => [name, snapshot[name]]));

// Object.keys forgets which they are.
const names = Object.keys(families) as MetricName[];

/** A snapshot in the text format of Prometheus, version 0.0.4. */
export function exposition(snapshot: Snapshot): string {
  const blocks = names.flatMap((name) => {
    const series = Object.entries(snapshot[name] ?? {});
    const { help, type } = families[name];
    if (series.length === 0) return [];
    return [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...series.map(([key, value]) => `${name}${key} ${value}`),
    ];
  });
  return `${blocks.join("\n")}\n`;
}

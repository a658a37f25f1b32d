import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, newFolder } from "./program";
import { until } from "./until";

/** A real Prometheus that scrapes one target each second, with the rules of a file. */
export interface Prometheus {
  /** The result of a query, or of another question of its API. Throws where it answers with an error. */
  ask(path: string, parameters?: Record<string, string>): Promise<unknown>;
  remove(): Promise<void>;
}

/** Starts one, and waits until it answers. */
export async function startPrometheus({ target, rules }: { target: string; rules: string }): Promise<Prometheus> {
  const folder = newFolder();
  const port = freePort();
  cpSync(rules, join(folder, "rules.yml"));
  const scrape = { job_name: "gatehouse", static_configs: [{ targets: [target] }] };
  const config = { global: { scrape_interval: "1s", evaluation_interval: "1s" }, rule_files: ["rules.yml"] };
  // JSON is YAML too.
  writeFileSync(join(folder, "prometheus.yml"), JSON.stringify({ ...config, scrape_configs: [scrape] }));
  const child = Bun.spawn(
    [
      "prometheus",
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdin: "ignore", stdout: "ignore", stderr: "ignore" },
  );
  const origin = `http://127.0.0.1:${port}`;
  const isReady = () =>
    fetch(`${origin}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until("Prometheus is ready", isReady, { every: 50 });
  return {
    async ask(path, parameters = {}) {
      const response = await fetch(`${origin}/api/v1/${path}?${new URLSearchParams(parameters)}`);
      const answer = await response.json();
      if (answer.status !== "success") throw new Error(`${parameters.query}: ${answer.error}`);
      return answer.data;
    },
    async remove() {
      child.kill("SIGKILL");
      await child.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs promtool; gives its exit code, and what it printed. */
export async function promtool(words: string[], input = ""): Promise<{ code: number; said: string }> {
  const child = Bun.spawn(["promtool", ...words], { stdin: Buffer.from(input), stdout: "pipe", stderr: "pipe" });
  const said = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, said: said.join("") };
}

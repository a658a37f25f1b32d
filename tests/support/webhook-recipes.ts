import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./program";
import { until } from "./until";

/** The receivers of docs/webhooks.md as they stand there, each behind the least that makes a server of it. */

const root = join(import.meta.dir, "../..");

/** A receiver in the document, and what it is run by. */
export interface Recipe {
  name: string;
  program: string;
  language: "js" | "python";
}

/** Each recipe with each program that runs it. */
export const recipes: readonly Recipe[] = [
  { name: "JavaScript under Bun", program: process.execPath, language: "js" },
  { name: "JavaScript under Node", program: "node", language: "js" },
  { name: "Python", program: "python3", language: "python" },
];

/** One that runs. */
export interface Receiving {
  url: string;
  /** What it printed: a line with the user's id for each `user.deleted` that it believed. */
  printed(): string;
  stop(): Promise<void>;
}

/** The one text in this language in the document. Throws when there is none, or more than one. */
function textIn(language: Recipe["language"]): string {
  const page = readFileSync(join(root, "docs/webhooks.md"), "utf8");
  const [text, ...others] = [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))];
  if (!text?.[1] || others.length > 0) throw new Error(`docs/webhooks.md has not one text in ${language}.`);
  return text[1];
}

/** What the reader of the document has already. */
const around = {
  js: `
import { createServer } from "node:http";
const forget = async (userId) => console.log(userId);
createServer(async (incoming, answer) => {
  const pieces = [];
  for await (const piece of incoming) pieces.push(piece);
  const { headers } = incoming;
  const request = new Request("http://localhost/hooks", { method: "POST", headers, body: Buffer.concat(pieces) });
  answer.writeHead((await POST(request)).status).end();
}).listen(Number(process.env.PORT), "127.0.0.1");
`,
  python: `
import http.server, json, os


class Hooks(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        genuine = is_genuine(os.environ["GATEHOUSE_WEBHOOK_SECRET"], self.headers, body)
        if genuine and json.loads(body)["type"] == "user.deleted":
            print(json.loads(body)["data"]["userId"], flush=True)
        self.send_response(204 if genuine else 400)
        self.end_headers()


http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Hooks).serve_forever()
`,
};

/** Starts a recipe with a secret, and waits until it answers. Throws with what it printed when it does not. */
export async function startRecipe({ name, program, language }: Recipe, secret: string): Promise<Receiving> {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-webhook-recipe-"));
  const file = join(folder, language === "js" ? "receiver.mjs" : "receiver.py");
  writeFileSync(file, textIn(language) + around[language]);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules")); // where `standardwebhooks` is
  const url = `http://localhost:${freePort()}/hooks`;
  const child = Bun.spawn([program, file], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", PORT: new URL(url).port, GATEHOUSE_WEBHOOK_SECRET: secret },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let printed = "";
  const decoder = new TextDecoder();
  const print = (bytes: Uint8Array) => void (printed += decoder.decode(bytes, { stream: true }));
  const reading = child.stdout.pipeTo(new WritableStream({ write: print }));
  const problem = new Response(child.stderr).text();
  const answers = () =>
    child.exitCode !== null ||
    fetch(url).then(
      () => true,
      () => false,
    );
  await until(`${name} answers`, answers, { every: 20 });
  if (child.exitCode !== null) throw new Error(`${name} ended: ${await problem}`);
  return {
    url,
    printed: () => printed,
    async stop() {
      child.kill("SIGKILL");
      await Promise.all([child.exited, reading]);
      rmSync(folder, { recursive: true });
    },
  };
}

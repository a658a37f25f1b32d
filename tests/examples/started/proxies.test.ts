import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { longestRequest } from "../../../src/http/edge";
import { proxyPrograms, type Kind } from "../../demo/proxies";
import { makeCertificates } from "../../support/certificates";
import { newPerson } from "../../support/harness";
import { secret } from "../../support/on-postgres";
import { freePort, newFolder, spawnProgram } from "../../support/program";
import { until } from "../../support/until";
import { read } from "../environments";

/** The sites of nginx and Caddy for the login itself, with nothing changed but names, ports and certificates. */

const shortestIdleSeconds = longestRequest / 1000 + 1; // before the program ends a connection: Bun is 4 s early

const host = "other.example"; // which a certificate of the tests is for
const folder = newFolder();
const port = freePort();
let authority: string;
const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];

beforeAll(async () => {
  authority = readFileSync((await makeCertificates(folder)).authority, "utf8");
  const child = spawnProgram({
    BETTER_AUTH_URL: `https://${host}`,
    BETTER_AUTH_SECRET: secret,
    GATEHOUSE_DB_DRIVER: "embedded",
    GATEHOUSE_HOST: "localhost",
    TRUSTED_PROXIES: "127.0.0.1,::1",
    MAIL: "off",
    DATA_DIR: join(folder, "data"),
    PORT: String(port),
  });
  ends.push(async () => {
    child.kill("SIGKILL");
    await child.exited;
  });
  const isReady = async () => (await fetch(`http://localhost:${port}/readyz`).catch(() => undefined))?.ok ?? false;
  await until("the program is ready", isReady, { every: 25 });
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

interface Ports {
  https: number;
  http: number;
  behind: number;
}

const [certificate, key] = [join(folder, "other-name.pem"), join(folder, "server.key")];
const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
  .map((name) => `${name}_temp_path ${folder}/${name};`)
  .join("\n");

const files: Record<Kind, (ports: Ports) => string> = {
  nginx({ https, http, behind }) {
    const site = read("nginx/login.conf")
      .replace(/ssl_certificate \S+;/, `ssl_certificate ${certificate};`)
      .replace(/ssl_certificate_key \S+;/, `ssl_certificate_key ${key};`)
      .replace(/(?<=listen (\[::\]:)?)443/g, String(https))
      .replace(/(?<=listen (\[::\]:)?)80/g, String(http))
      .replace("127.0.0.1:3000", `localhost:${behind}`)
      .replaceAll("login.example.com", host);
    // Its workers write what is large into the test's own folder.
    const around = `user root;\npid ${folder}/pid;\nerror_log stderr;\nevents {}\n`;
    return `${around}http {\naccess_log off;\n${temporary}\n${site}\n}`;
  },
  caddy: ({ https, behind }) =>
    `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${read("caddy/Caddyfile")}`
      .replace("login.example.com {", `https://${host}:${https} {\n\ttls ${certificate} ${key}`)
      .replace("127.0.0.1:3000", `localhost:${behind}`),
};

const commands: Record<Kind, (file: string) => { check: string[]; run: string[] }> = {
  nginx: (file) => ({
    check: ["-t", "-q", "-c", file, "-p", folder],
    run: ["-c", file, "-p", folder, "-g", "daemon off;"],
  }),
  caddy: (file) => ({
    check: ["validate", "--config", file, "--adapter", "caddyfile"],
    run: ["run", "--config", file, "--adapter", "caddyfile"],
  }),
};

/** Checks the site with its own program, then starts it in front of a port; gives how to ask it. */
async function startSite(kind: Kind, behind: number) {
  const ports = { https: freePort(), http: freePort(), behind };
  const file = join(folder, `${kind}-${behind}.conf`);
  writeFileSync(file, files[kind](ports));
  const { check, run } = commands[kind](file);
  const env = { HOME: folder, PATH: process.env.PATH };
  const { exitCode, stderr } = Bun.spawnSync([proxyPrograms[kind], ...check], { env });
  if (exitCode !== 0) throw new Error(stderr.toString());
  const child = Bun.spawn([proxyPrograms[kind], ...run], { env, stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  ends.push(async () => {
    child.kill();
    await child.exited;
  });
  const ask = (path: string, { headers, ...init }: RequestInit = {}) =>
    fetch(`https://localhost:${ports.https}${path}`, {
      redirect: "manual",
      tls: { ca: authority, serverName: host },
      headers: { host, ...Object.fromEntries(new Headers(headers)) },
      ...init,
    });
  await until(
    `${kind} answers`,
    () =>
      ask("/livez").then(
        () => true,
        () => false,
      ),
    { every: 25 },
  );
  return ask;
}

const post = (fields: Record<string, string>) => ({
  method: "POST",
  headers: { origin: `https://${host}` },
  body: new URLSearchParams(fields),
});

for (const kind of ["nginx", "caddy"] as const)
  describe(kind, () => {
    test("in front of the login: somebody signs up, signs in over TLS and is known", async () => {
      const ask = await startSite(kind, port);
      const person = newPerson();
      expect((await ask("/sign-up", post({ ...person }))).status).toBe(303);
      const signedIn = await ask("/sign-in", post({ email: person.email, password: person.password }));
      expect([signedIn.status, signedIn.headers.get("location")]).toEqual([303, "/account"]);
      const [cookie = ""] = signedIn.headers.getSetCookie().filter((line) => /session_token=/.test(line));
      expect(cookie).toMatch(/^__Host-.*Secure/);
      const headers = { cookie: cookie.split(";")[0] ?? "", origin: `https://${host}` };
      const known = await ask("/api/session", { headers });
      expect([known.status, (await known.json()).user?.email]).toEqual([200, person.email]);
      const body = new FormData(); // with what a phone takes
      body.set("picture", new File([new Uint8Array(8_000_000)], "me.jpg", { type: "image/jpeg" }));
      const refused = await ask("/account/picture/upload", { method: "POST", body, headers });
      expect([refused.status, await refused.text()]).toEqual([
        422,
        expect.stringContaining("Choose a picture of 1 MB"),
      ]);
    });

    test("leads on to a page with as long an address as there may be, by every page of a sign-up", async () => {
      const ask = await startSite(kind, port);
      const target = "/account?".padEnd(2048 - `https://${host}`.length, "&");
      const where = `return_to=${encodeURIComponent(target)}`;
      const asked = await ask("/sign-up", post({ ...newPerson(), return_to: target }));
      expect([asked.status, asked.headers.get("location")]).toEqual([303, `/sign-in?notice=signed_up&${where}`]);
      expect((await ask(`/sign-in?notice=signed_up&${where}`)).status).toBe(200);
    });

    test("passes the host on unchanged, and the visitor's address behind what the visitor wrote", async () => {
      const heard = Bun.serve({ port: 0, hostname: "localhost", fetch: ({ headers }) => Response.json([...headers]) });
      ends.push(() => heard.stop(true));
      const ask = await startSite(kind, heard.port ?? 0);
      const answer = await ask("/", { headers: { "x-forwarded-for": "192.0.2.1" } });
      const headers = new Headers(await answer.json());
      expect(headers.get("host")).toBe(host);
      expect(headers.get("x-forwarded-for")?.split(",").at(-1)?.trim()).toMatch(/^(127\.0\.0\.1|::1)$/);
    });
  });

for (const kind of ["nginx", "caddy"] as const)
  describe(kind, () => {
    test("gives up an idle connection before the program does, which would cost the next form a 502", async () => {
      const lasted = Promise.withResolvers<number>();
      const heard = Bun.listen<{ answered: number }>({
        port: 0,
        hostname: "localhost",
        socket: {
          data(socket) {
            socket.data = { answered: performance.now() };
            socket.write("HTTP/1.1 204 No Content\r\n\r\n");
          },
          close: ({ data }) => lasted.resolve((performance.now() - data.answered) / 1000),
        },
      });
      ends.push(() => heard.stop(true));
      await startSite(kind, heard.port);
      const seconds = await lasted.promise;
      expect(seconds).toBeGreaterThan(5);
      expect(seconds).toBeLessThan(shortestIdleSeconds);
    }, 90_000);
  });

test("Caddy takes the sites that Compose gives it", () => {
  const file = join(import.meta.dir, "../../../examples/compose/Caddyfile");
  const env = { HOME: folder, PATH: process.env.PATH };
  const { exitCode, stderr } = Bun.spawnSync([proxyPrograms.caddy, ...commands.caddy(file).check], { env });
  expect([exitCode, exitCode === 0 ? "" : stderr.toString()]).toEqual([0, ""]);
});

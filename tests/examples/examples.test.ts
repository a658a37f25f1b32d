import { YAML } from "bun";
import { describe, expect, test } from "bun:test";
import { version } from "../../package.json";
import { manage } from "../support/manage";
import { composed, composeFiles, linesOf, manifests, podOf, read, startedBy, withSecrets } from "./environments";

describe("the settings of an example", () => {
  const examples = [
    ["embedded", "embedded"],
    ["postgres", "postgres"],
    ["caddy", "postgres"],
    ["kubernetes", "postgres"],
    ["systemd", "postgres"],
  ] as const;
  for (const [example, database] of examples)
    test(`are in order, with each secret where the program looks for it: ${example}`, async () => {
      const started = startedBy(example);
      const files = Object.entries(started.environment).filter(([name]) => name.endsWith("_FILE"));
      expect(files.length + started.credentials.length).toBeGreaterThan(1);
      for (const [, path] of files) expect(started.mounted).toContain(path);
      const { settings, remove } = withSecrets(started);
      const { code, out, problem } = await manage(settings, "check", "--json").finally(remove);
      expect([code, problem]).toEqual([0, ""]);
      expect(JSON.parse(out)).toMatchObject({ ok: true, mode: "production", database });
    });
});

test("the settings of each command in docs/settings.md are in order", async () => {
  const [, block = ""] = /^## Examples\n```sh\n([^]*?)^```$/m.exec(read("../docs/settings.md")) ?? [];
  const commands = block.replaceAll("\\\n", "").match(/^.*\bbun start\b/gm) ?? [];
  const modes = commands.map(async (command) => {
    const set = [...command.matchAll(/(\w+)=(?:"(.*?)"|(\S+))/g)].map(([, name, quoted, bare]) => [
      name,
      quoted ?? bare,
    ]);
    const { settings, remove } = withSecrets({ environment: Object.fromEntries(set), mounted: [], credentials: [] });
    const { out, problem } = await manage(settings, "check", "--json").finally(remove);
    expect(problem).toBe("");
    return JSON.parse(out);
  });
  expect(await Promise.all(modes)).toMatchObject([
    ...[
      { ok: true, mode: "local", address: "http://localhost:3000" },
      { ok: true, address: "http://localhost:4000" },
    ],
    { ok: true, mode: "production", database: "embedded" },
  ]);
});

test("every container of the program is of this version's image", () => {
  const ofCompose = composeFiles.map((name) => String(composed(name).services.gatehouse?.image));
  for (const image of [...ofCompose, String(podOf().container.image)])
    expect(image).toMatch(new RegExp(`^(registry\\.example\\.com/)?gatehouse:${RegExp.escape(version)}$`));
});

describe("in Compose", () => {
  for (const name of composeFiles) {
    const { services, networks, secrets } = composed(name);
    const all = Object.entries(services);

    test(`no container may more than it needs, and each ends in its own time: ${name}`, () => {
      for (const [service, { restart, read_only, cap_drop, security_opt }] of all)
        expect([service, restart, read_only, cap_drop, security_opt]).toEqual([
          ...[service, "unless-stopped", true, ["ALL"], ["no-new-privileges:true"]],
        ]);
      for (const [, { stop_grace_period }] of all) expect(stop_grace_period).toMatch(/^(25|60)s$/);
    });

    test(`no password is written down, and each secret is used: ${name}`, () => {
      const used = new Set(all.flatMap(([, service]) => service.secrets ?? []));
      expect([...used].sort()).toEqual(Object.keys(secrets).sort());
      const set = all.flatMap(([, { environment = {} }]) => Object.entries(environment));
      for (const [setting, value] of set.filter(([setting]) => /SECRET|PASSWORD|DATABASE_URL|SMTP_URL/.test(setting)))
        expect(`${setting}=${value}`).toMatch(/^\w+_FILE=\/run\/secrets\/[\w-]+$/);
    });

    test(`the proxy that is believed is the one in front, and nobody else reaches the program: ${name}`, () => {
      const caddy = services.caddy?.networks;
      const inFront = caddy && "web" in caddy ? caddy.web?.ipv4_address : networks.web?.ipam?.config[0]?.gateway;
      expect(String(inFront)).toMatch(/^172/);
      expect(services.gatehouse?.environment?.TRUSTED_PROXIES).toBe(String(inFront));
      const ports = all.filter(([service]) => service !== "caddy").flatMap(([, service]) => service.ports ?? []);
      for (const port of ports) expect(port).toStartWith("127.0.0.1:");
    });
  }
});

describe("in Compose", () => {
  for (const name of ["postgres", "caddy"] as const)
    test(`the database without TLS is on a network of its own, and waited for: ${name}`, () => {
      const { services, networks } = composed(name);
      expect(networks.database?.internal).toBe(true);
      expect(services.postgres?.networks).toEqual(["database"]);
      expect(services.postgres?.healthcheck).toBeDefined();
      expect(services.postgres?.ports).toBeUndefined();
      expect(services.gatehouse?.depends_on).toEqual({ postgres: { condition: "service_healthy" } });
    });
});

describe("in Kubernetes", () => {
  test("a pod may no more than it needs, is asked as the program answers, and gets its time to end", () => {
    const { pod, container } = podOf();
    expect(pod.terminationGracePeriodSeconds).toBe(25);
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(container).toMatchObject({
      livenessProbe: { httpGet: { path: "/livez" } },
      readinessProbe: { httpGet: { path: "/readyz" } },
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      },
    });
  });

  test("the Service and the PodDisruptionBudget are about the Deployment's pods", () => {
    const [deployment, service, budget] = manifests();
    expect([deployment, service, budget].map((manifest) => manifest?.kind)).toEqual([
      "Deployment",
      "Service",
      "PodDisruptionBudget",
    ]);
    const labels = { app: "gatehouse" };
    expect(deployment?.spec).toMatchObject({ selector: { matchLabels: labels }, template: { metadata: { labels } } });
    expect(service?.spec.selector).toEqual(labels);
    expect(budget?.spec.selector).toEqual({ matchLabels: labels });
  });
});

test("a unit of systemd is told what the program tells it, and ends it for good where settings are refused", () => {
  const unit = linesOf("systemd/gatehouse.service").map(({ name, value }) => `${name}=${value}`);
  for (const line of [
    ...["Type=notify", "NotifyAccess=main", "WatchdogSec=30", "Restart=on-failure", "RestartPreventExitStatus=78"],
    ...["TimeoutStopSec=25", "ProtectSystem=strict", "NoNewPrivileges=yes", "StateDirectory=gatehouse"],
  ])
    expect(unit).toContain(line);
  expect(unit.join("\n")).not.toMatch(/^MemoryDenyWriteExecute/m); // JavaScript is compiled while it runs
});

test("Traefik's files can be read, and lead to the program with the host unchanged", () => {
  const { http } = YAML.parse(read("traefik/login.yaml")) as {
    // as Traefik names them
    http: {
      routers: Record<string, { service: string; entryPoints: string[] }>;
      services: Record<string, unknown>;
      serversTransports: Record<string, unknown>;
    };
  };
  const { entryPoints } = YAML.parse(read("traefik/traefik.yaml")) as { entryPoints: Record<string, unknown> };
  const [router] = Object.values(http.routers);
  expect(Object.keys(entryPoints)).toContain(String(router?.entryPoints[0]));
  expect(http.services[router?.service ?? ""]).toMatchObject({
    loadBalancer: {
      ...{ passHostHeader: true, serversTransport: "gatehouse", servers: [{ url: "http://127.0.0.1:3000" }] },
    },
  });
  // Before the program ends a connection that was idle.
  expect(http.serversTransports.gatehouse).toEqual({ forwardingTimeouts: { idleConnTimeout: "8s" } });
});

test("Traefik asks before it shows a site, and passes on what no client has said of itself", () => {
  const { http } = YAML.parse(read("traefik/docs.yaml")) as { http: SiteBehindTraefik };
  const { headers: answered } = JSON.parse(read("../clients/contract/forward-auth/role.json")).response;
  const names = Object.keys(answered).filter((name) => name.startsWith("x-user-"));
  expect(names).toHaveLength(4);
  // Another protocol on the same connection would come past all of this.
  expect(http.routers.docs.rule).toBe("Host(`docs.example.com`) && !HeaderRegexp(`Upgrade`, `(?i)h2c`)");
  const [dropped, asked, backend] = http.routers.docs.middlewares.map((name) => http.middlewares[name]);
  const forged = dropped?.headers?.customRequestHeaders ?? {};
  expect(new Set(Object.values(forged))).toEqual(new Set([""])); // which removes one
  expect(Object.keys(forged).map(lower).toSorted()).toEqual(names.flatMap(spelledOtherwise).toSorted());
  expect(asked?.forwardAuth?.address).toBe("http://127.0.0.1:3000/api/forward-auth");
  expect(asked?.forwardAuth?.authResponseHeaders.map(lower).toSorted()).toEqual(names.toSorted());
  expect(backend?.headers).toEqual({
    customRequestHeaders: { Cookie: "" },
    customResponseHeaders: { "Cache-Control": "private, no-cache" },
  });
});

interface SiteBehindTraefik {
  routers: { docs: { rule: string; middlewares: string[] } };
  middlewares: Record<string, Middleware>;
}
interface Middleware {
  headers?: { customRequestHeaders: Record<string, string>; customResponseHeaders?: Record<string, string> };
  forwardAuth?: { address: string; authResponseHeaders: string[] };
}

const lower = (name: string) => name.toLowerCase();

/** The other spellings of a header's name, with `_` or `.` for some `-`, which some backend reads as the same. */
const spelledOtherwise = (name: string) => spellings(name.split("-")).filter((spelling) => spelling !== name);
function spellings([first = "", ...others]: string[]): string[] {
  if (others.length === 0) return [first];
  return spellings(others).flatMap((rest) => [`${first}-${rest}`, `${first}_${rest}`, `${first}.${rest}`]);
}

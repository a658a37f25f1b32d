import { YAML } from "bun";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { newFolder } from "../support/program";

/** The files of `examples` for whoever runs the program, and what each starts it with. */

export const read = (path: string) => readFileSync(join(import.meta.dir, "../../examples", path), "utf8");

export interface Service {
  environment?: Record<string, string>;
  secrets?: string[];
  ports?: string[];
  networks?: string[] | Record<string, { ipv4_address: string }>;
  [option: string]: unknown;
}

export interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean; ipam?: { config: { subnet: string; gateway: string }[] } }>;
  secrets: Record<string, { file: string }>;
}

export const composeFiles = ["embedded", "postgres", "caddy"] as const;

/** One of them, with the services that it takes from another. */
export function composed(name: (typeof composeFiles)[number]): Compose {
  // Whether it has this shape is what the tests are about.
  const file = YAML.parse(read(`compose/${name}.yaml`)) as Compose;
  const services = Object.entries(file.services).map(([key, service]) => {
    const { file: other, service: there } = (service.extends ?? {}) as { file?: string; service?: string };
    const taken = other && there ? (YAML.parse(read(`compose/${other}`)) as Compose).services[there] : {};
    return [key, { ...taken, ...service }];
  });
  return { ...file, services: Object.fromEntries(services) };
}

export interface Manifest {
  kind: string;
  // As deep as Kubernetes has it; a test names what it looks at.
  spec: Record<string, unknown>;
}

export const manifests = () => YAML.parse(read("kubernetes/gatehouse.yaml")) as Manifest[]; // three documents

export interface Pod {
  terminationGracePeriodSeconds: number;
  securityContext: object;
  containers: {
    env: { name: string; value: string }[];
    volumeMounts: { mountPath: string }[];
    [option: string]: unknown;
  }[];
}

/** The Deployment's pod and its only container. */
export function podOf() {
  const deployment = manifests().find(({ kind }) => kind === "Deployment");
  const { spec: pod } = (deployment?.spec.template ?? {}) as { spec?: Pod }; // as Kubernetes names them
  const [container] = pod?.containers ?? [];
  if (!pod || !container) throw new Error("There is no Deployment with a container.");
  return { pod, container };
}

/** The lines `NAME=value` of a unit, or of a file that it names, in their order. */
export const linesOf = (path: string) =>
  [...read(path).matchAll(/^(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => ({ name, value }));

export interface Started {
  environment: Record<string, string>;
  /** The paths at which secrets are put for it. */
  mounted: string[];
  /** The settings that arrive as credentials of systemd. */
  credentials: string[];
}

/** What the image itself sets. */
const ofImage = Object.fromEntries(
  [...(/^ENV (.*)$/m.exec(read("../Containerfile"))?.[1] ?? "").matchAll(/(\w+)=(\S+)/g)].map(([, ...set]) => set),
);

export function startedBy(example: (typeof composeFiles)[number] | "kubernetes" | "systemd"): Started {
  if (example === "systemd") return startedBySystemd();
  if (example === "kubernetes") {
    const { container } = podOf();
    const keys = [...read("kubernetes/README.md").matchAll(/--from-file=(\S+)/g)].map(([, key]) => key);
    const mounted = container.volumeMounts.flatMap(({ mountPath }) => keys.map((key) => `${mountPath}/${key}`));
    const set = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
    return { environment: { ...ofImage, ...set }, mounted, credentials: [] };
  }
  const { services, secrets } = composed(example);
  const { environment = {}, secrets: used = [] } = services.gatehouse ?? {};
  const mounted = used.filter((name) => secrets[name]).map((name) => `/run/secrets/${name}`);
  return { environment: { ...ofImage, ...environment }, mounted, credentials: [] };
}

function startedBySystemd(): Started {
  const unit = linesOf("systemd/gatehouse.service");
  const of = (wanted: string) => unit.filter(({ name }) => name === wanted).map(({ value }) => value);
  const set = [...linesOf("systemd/settings").map(({ name, value }) => `${name}=${value}`), ...of("Environment")];
  const pairs = set.map((line) => /^(\w+)="?(.*?)"?$/.exec(line.replace("%S", "/var/lib")) ?? []);
  return {
    environment: Object.fromEntries(pairs.map(([, name, value]) => [name, value])),
    mounted: [],
    credentials: of("LoadCredential").map((value) => value.split(":")[0] ?? ""),
  };
}

const secrets: Record<string, string> = {
  BETTER_AUTH_SECRET: "kD7vQ2mX9pL4sW8zR1tY6uB3nH5jF0gC",
  DATABASE_URL: "postgres://gatehouse:a-pass-phrase@postgres/gatehouse?sslmode=disable",
  SMTP_URL: "smtps://gatehouse:a-pass-phrase@mail.example.com",
};

/** The same environment on this machine, with a secret in each of its files; `remove` removes them. */
export function withSecrets({ environment, credentials }: Started) {
  const folder = newFolder();
  const put = (file: string, secret = "") => {
    writeFileSync(join(folder, file), `${secret}\n`);
    return join(folder, file);
  };
  const here = Object.entries(environment).map(([name, value]) =>
    name.endsWith("_FILE") ? [name, put(basename(value), secrets[name.replace("_FILE", "")])] : [name, value],
  );
  for (const name of credentials) put(name, secrets[name]);
  const settings: Record<string, string> = {
    ...Object.fromEntries(here),
    ...(credentials.length > 0 && { CREDENTIALS_DIRECTORY: folder }),
  };
  return { settings, remove: () => rmSync(folder, { recursive: true }) };
}

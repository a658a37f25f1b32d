using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "app", worker = .app),
    (name = "network", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [(name = "http", http = (), service = "app")],
);

const app :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2024-01-01",
  bindings = [
    (name = "GATEHOUSE_URL", fromEnvironment = "GATEHOUSE_URL"),
    (name = "DEADLINE_SECONDS", fromEnvironment = "DEADLINE_SECONDS"),
  ],
  globalOutbound = "network",
);

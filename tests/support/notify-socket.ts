import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { newFolder } from "./program";
import { until } from "./until";

/** A socket as systemd gives one to a service, and what was said to it so far. */
export interface NotifySocket {
  /** What NOTIFY_SOCKET is set to. */
  path: string;
  heard: string[];
  remove(): Promise<void>;
}

const program = `
import socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1].replace("@", "\\0", 1))
print("listening", flush=True)
while True: print(listener.recv(4096).decode(), flush=True)
`;

/** Listens at a path of its own, or at an abstract name. */
export async function listenAsSystemd(kind: "path" | "abstract"): Promise<NotifySocket> {
  const folder = newFolder();
  const path = kind === "path" ? join(folder, "notify") : `@gatehouse-${crypto.randomUUID()}`;
  const child = spawn("python3", ["-c", program, path], { stdio: ["ignore", "pipe", "inherit"] });
  const heard: string[] = [];
  createInterface(child.stdout).on("line", (line) => heard.push(line));
  await until("the socket is there", () => heard.includes("listening"));
  heard.length = 0;
  const remove = async () => {
    child.kill();
    await once(child, "exit");
    rmSync(folder, { recursive: true, force: true });
  };
  return { path, heard, remove };
}

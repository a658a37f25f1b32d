import { dlopen, FFIType, ptr } from "bun:ffi";
import type { Environment } from "../settings/setting";
import { isWorker } from "./leave";

/** Whoever started the program and watches over it, such as systemd; a worker's is its supervisor. */
export interface ServiceManager {
  /** Visitors may come. From now on it hears that the event loop turns, twice as often as it asks for. */
  ready(): void;
  /** The program is about to end. */
  stopping(): void;
}

/** What a worker says to its supervisor when it can serve. */
export const readyWord = "ready";

/**
 * The service manager that the environment names, told in the way of sd_notify(3). Where there is none, or it cannot
 * be reached, nothing happens: whether it hears is no matter of whoever visits.
 */
export function serviceManager({ NOTIFY_SOCKET, WATCHDOG_USEC }: Environment): ServiceManager {
  if (isWorker) return { ready: () => void process.send?.(readyWord), stopping: () => undefined };
  const tell = NOTIFY_SOCKET ? tellerOf(NOTIFY_SOCKET) : () => undefined;
  const silenceMilliseconds = Number(WATCHDOG_USEC) / 1000;
  let isReady = false;
  return {
    ready() {
      if (isReady) return; // each worker says so, and each that takes another's place
      isReady = true;
      tell("READY=1");
      if (silenceMilliseconds > 0) setInterval(tell, silenceMilliseconds / 2, "WATCHDOG=1").unref();
    },
    stopping: () => tell("STOPPING=1"),
  };
}

const [unixFamily, datagramWithoutInheritance] = [1, 2 | 0o2000000]; // AF_UNIX; SOCK_DGRAM | SOCK_CLOEXEC of Linux
const withoutWaiting = 0x40 | 0x4000; // MSG_DONTWAIT | MSG_NOSIGNAL: nobody waits for a service manager that hangs

/** Sends datagrams to a socket by its path, or by its abstract name after an `@`; Bun has no such sockets itself. */
function tellerOf(path: string): (said: string) => void {
  const name = Buffer.from(path.startsWith("@") ? `\0${path.slice(1)}` : `${path}\0`);
  const libc = process.platform === "linux" ? socketsOfLibc() : undefined;
  const descriptor = libc?.socket(unixFamily, datagramWithoutInheritance, 0) ?? -1;
  if (!libc || descriptor < 0) return () => undefined;
  const address = Buffer.concat([new Uint8Array(new Uint16Array([unixFamily]).buffer), name]);
  return (said) => {
    const bytes = Buffer.from(said);
    libc.sendto(descriptor, ptr(bytes), bytes.length, withoutWaiting, ptr(address), address.length);
  };
}

function socketsOfLibc() {
  const { i32, u64, ptr: pointer } = FFIType;
  for (const library of ["libc.so.6", "libc.so"]) {
    try {
      return dlopen(library, {
        socket: { args: [i32, i32, i32], returns: i32 },
        sendto: { args: [i32, pointer, u64, i32, pointer, i32], returns: FFIType.i64 },
      }).symbols;
    } catch {
      // another libc: the next name is tried
    }
  }
  return undefined;
}

import type { DatabaseSettings } from "./database";

/** Whether pages reach the server through a pooler that hands each transaction to another connection. */
export const isPooled = ({ url, directUrl }: Pick<DatabaseSettings, "url" | "directUrl">): boolean => url !== directUrl || hasPoolerName(url);

/** Whether an address is that of Neon's pooler, by its name. */
export const hasPoolerName = (url: string): boolean => /^[^.]*-pooler\./.test(hostOf(url));

/** Where to connect, and how: with TLS and a checked certificate unless the server is this machine or the address says otherwise. */
export function connectionTo(url: string): { connectionString: string; ssl?: boolean } {
  const says = new URL(url).searchParams;
  const decided = says.has("sslmode") || says.has("ssl");
  return decided || isThisMachine(hostOf(url)) ? { connectionString: url } : { connectionString: url, ssl: true };
}

/** The host of a connection string, which may stand in `?host=` too; empty, or a path, for a socket on this machine. */
export function hostOf(url: string): string {
  const { hostname, searchParams } = new URL(url);
  return decodeURIComponent(searchParams.get("host") ?? hostname);
}

const isThisMachine = (host: string) => host === "" || host.startsWith("/") || host === "localhost" || host === "[::1]" || /^127(\.\d+){3}$/.test(host);

/**
 * Whether a host name means this machine: `localhost`, a name below it, `127.0.0.0/8` or `::1`, with brackets (as a URL
 * writes it) or without. What is decided by it leaves the network out: plain http, a connection without TLS.
 */
export const isLoopback = (hostname: string): boolean =>
  /^(localhost|.+\.localhost|127(\.\d+){3}|::1|\[::1\])$/.test(hostname);

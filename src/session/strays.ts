interface Place {
  /** Of the session's cookie. */
  name: string;
  hostname: string;
  cookieDomain?: string;
}

/**
 * `Set-Cookie` lines that make a browser drop every cookie of the session's name that can have come with a request, but
 * the one in our own place. With two nobody is signed in: a neighbour that plants one, under COOKIE_DOMAIN or on another
 * port of this machine, must not keep people out. A browser itself keeps a `__Host-` cookie from being planted.
 */
export function dropStrays(pathname: string, { name, hostname, cookieDomain }: Place): string[] {
  if (name.startsWith("__Host-")) return [];
  const secure = name.startsWith("__Secure-") ? "; Secure" : "";
  const own = cookieDomain?.replace(/^\./, "").toLowerCase();
  const lines: string[] = [];
  for (const path of pathsOf(pathname)) {
    for (const domain of [undefined, ...domainsOf(hostname)]) {
      if (path === "/" && domain === own) continue;
      lines.push(`${name}=; Max-Age=0; Path=${path}${domain ? `; Domain=${domain}` : ""}; HttpOnly; SameSite=Lax${secure}`);
    }
  }
  return lines;
}

const mostSegments = 4; // of our own paths none has more

/** Every `Path` a cookie can have that comes with a request for a path. */
function pathsOf(pathname: string): string[] {
  const segments = pathname.split("/").slice(1, mostSegments + 1);
  const prefixes = segments.map((_, last) => `/${segments.slice(0, last + 1).join("/")}`);
  return [...new Set(["/", ...prefixes, ...prefixes.slice(0, -1).map((prefix) => `${prefix}/`)])];
}

/** Every `Domain` a cookie can have that comes to a host. */
function domainsOf(hostname: string): string[] {
  const labels = hostname.split(".");
  return /^[\d.]+$|:/.test(hostname) ? [] : labels.slice(0, -1).map((_, first) => labels.slice(first).join("."));
}

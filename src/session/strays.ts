interface Place {
  /** Of the session's cookie. */
  name: string;
  hostname: string;
  cookieDomain: string;
}

/**
 * `Set-Cookie` lines that make a browser drop every cookie of the session's name that can have come with a request, but
 * the one in our own place. With two nobody is signed in: a neighbour under COOKIE_DOMAIN that plants one must not keep
 * people out.
 */
export function dropStrays(pathname: string, { name, hostname, cookieDomain }: Place): string[] {
  const own = cookieDomain.replace(/^\./, "").toLowerCase();
  const secure = name.startsWith("__Secure-") ? "; Secure" : "";
  const lines: string[] = [];
  for (const path of pathsOf(pathname)) {
    for (const domain of [undefined, ...domainsOf(hostname)]) {
      if (path === "/" && domain === own) continue;
      lines.push(
        `${name}=; Max-Age=0; Path=${path}${domain ? `; Domain=${domain}` : ""}; HttpOnly; SameSite=Lax${secure}`,
      );
    }
  }
  return lines;
}

const mostSegments = 4; // of our own paths none has more

/**
 * Every `Path` that a cookie can have which comes with a request for a path. None holds a `;`: it would end the `Path`,
 * and what stands behind it would be an attribute of a stranger's making.
 */
function pathsOf(pathname: string): string[] {
  const [writable = ""] = pathname.split(";");
  const segments = writable.split("/").slice(1, mostSegments + 1);
  const prefixes = segments.map((_, last) => `/${segments.slice(0, last + 1).join("/")}`);
  return [...new Set(["/", ...prefixes, ...prefixes.slice(0, -1).map((prefix) => `${prefix}/`)])];
}

/** Every `Domain` that a cookie can have which comes to a host. */
function domainsOf(hostname: string): string[] {
  const labels = hostname.split(".");
  return labels.slice(0, -1).map((_, first) => labels.slice(first).join("."));
}

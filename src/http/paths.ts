/** Which paths are for programs: everything else is a page, for people. */

/** Paths that people never read: they have no language to choose, and no other name. */
export const isForPrograms = (pathname: string): boolean =>
  isFile(pathname) || /^\/(api|livez|readyz|openapi\.json)\b/.test(pathname);

/** Files, the same for everybody: our own, what users uploaded, and the icons that browsers look for by themselves. */
export const isFile = (pathname: string): boolean =>
  isAsset(pathname) || isPicture(pathname) || /^\/(favicon\.ico|apple-touch-icon\.png)$/.test(pathname);

/** Paths whose refusals are told in JSON instead of on a page. */
export const answersInJson = (pathname: string): boolean =>
  pathname.startsWith("/api/") || pathname === "/openapi.json";

/** The path that was asked for, also where the host is missing or malformed, and with it the whole address. */
export const pathOf = ({ url }: Request): string =>
  URL.parse(url.replace(/^(\w+:\/\/[^/]*)?/, "http://localhost"))?.pathname ?? "";

/** A backend or a probe may come by an internal name: what it gets does not depend on the host. Pages are for one. */
export const answersOnAnyHost = (pathname: string): boolean => anyHost.has(pathname);

/** Where backends wait for what changed. */
export const changesPath = "/api/session/changes";

const anyHost: ReadonlySet<string> = new Set([
  "/api/session",
  changesPath,
  "/api/forward-auth",
  "/livez",
  "/readyz",
  "/openapi.json",
]);

/** Our own files, the same for everybody. */
export const isAsset = (pathname: string): boolean => pathname.startsWith("/assets/");

/** Pictures that users uploaded, the same for everybody. */
export const isPicture = (pathname: string): boolean => pathname.startsWith("/pictures/");

/** The longest address that leads anywhere, in characters. A longer one is not found, and not repeated on the page. */
export const longestUrl = 8 * 1024;

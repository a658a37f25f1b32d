import { isForPrograms } from "./paths";

/** Names that people guess, and the pages that they mean. */
const otherNames: Record<string, string> = {
  "/login": "/sign-in",
  "/signup": "/sign-up",
  "/logout": "/sign-out",
  "/settings": "/account",
};

/**
 * Where a page is that was asked for by another name, or with a slash at its end; undefined for everything else. Only a
 * path that is known is led to, so that no path leads to another site; what programs ask for is left as it is.
 */
export function movedTo(request: Request, { origin, pages }: { origin: string; pages: ReadonlySet<string> }) {
  if (request.method !== "GET" && request.method !== "HEAD") return undefined;
  const { pathname, search } = new URL(request.url);
  const path = pathname.length > 1 && pathname.endsWith("/") ? pathname.slice(0, -1) : pathname;
  const page = otherNames[path] ?? path;
  if (page === pathname || !pages.has(page)) return undefined;
  return new Response(null, { status: 308, headers: { location: `${origin}${page}${search}` } });
}

/** Paths of pages: not those of programs, nor those of local mode, which are not there for everybody. */
export const pagesAmong = (routes: readonly { method: string; path: string }[]): ReadonlySet<string> =>
  new Set(
    routes
      .filter(({ method, path }) => method === "GET" && !isForPrograms(path) && !/[:*]|^\/dev\b|^\/$/.test(path))
      .map(({ path }) => path),
  );

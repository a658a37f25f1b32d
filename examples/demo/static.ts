import { join, normalize } from "node:path";

/** Serves a folder of files as a static host does: `/guide` is `guide.html` or `guide/index.html`. */
export function serveFolder(folder: string, port: number) {
  return Bun.serve({
    port,
    hostname: "localhost",
    async fetch(request) {
      const path = normalize(decodeURIComponent(new URL(request.url).pathname));
      for (const name of [path, `${path}.html`, join(path, "index.html")]) {
        const file = Bun.file(join(folder, name));
        if (await file.exists()) return new Response(file);
      }
      return new Response(Bun.file(join(folder, "404.html")), { status: 404 });
    },
  });
}

import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Frame } from "../views/layout";
import { accentColours, accentVariables } from "../views/theme";

/** The files that pages need, each at an address that changes with its content, so that it is kept for ever. */
export interface Assets {
  addresses: Frame["assets"];
  /** The file at an address, in the smallest coding the browser takes; null when there is none there. */
  answer(request: Request): Response | null;
}

/** Reads the assets, puts the brand's accent (`#rrggbb`) in, and compresses them once. */
export async function loadAssets(accent: string): Promise<Assets> {
  const colours = accentColours(accent);
  const icon = (await ownFile("icon.svg")).replaceAll("ACCENT_TEXT", colours.onAccent).replaceAll("ACCENT", colours.accent);
  const style = (await ownFile("style.css")) + accentVariables(colours);
  const files = {
    style: asset("style.css", "text/css; charset=utf-8", style),
    htmx: asset("htmx.js", "text/javascript; charset=utf-8", await Bun.file(Bun.resolveSync("htmx.org/dist/htmx.min.js", import.meta.dir)).text()),
    app: asset("app.js", "text/javascript; charset=utf-8", await ownFile("app.js")),
    icon: asset("icon.svg", "image/svg+xml", icon),
  };
  const byAddress = new Map(Object.values(files).map((file) => [file.address, file]));
  return {
    addresses: { style: files.style.address, htmx: files.htmx.address, app: files.app.address, icon: files.icon.address },
    answer: (request) => {
      const file = byAddress.get(new URL(request.url).pathname);
      return file ? serve(file, request.headers.get("accept-encoding") ?? "") : null;
    },
  };
}

const ownFile = (name: string) => Bun.file(join(import.meta.dir, "../views/assets", name)).text();

type Asset = ReturnType<typeof asset>;

function asset(name: string, type: string, text: string) {
  const bytes = Buffer.from(text);
  const fingerprint = new Bun.CryptoHasher("sha256").update(bytes).digest("hex").slice(0, 12);
  const [stem, extension] = name.split(".");
  return {
    address: `/assets/${stem}.${fingerprint}.${extension}`,
    type,
    codings: { br: brotliCompressSync(bytes, brotliQuality), gzip: gzipSync(bytes, { level: 9 }), identity: bytes },
  };
}

/** 10 of 11: two hundred bytes more than the best, in half of the time, at every start. */
const brotliQuality = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } };

function serve({ type, codings }: Asset, accepted: string): Response {
  const coding = /\bbr\b/.test(accepted) ? "br" : /\bgzip\b/.test(accepted) ? "gzip" : "identity";
  const headers = {
    "content-type": type,
    "x-content-type-options": "nosniff",
    "cache-control": "public, max-age=31536000, immutable",
    vary: "Accept-Encoding",
    ...(coding !== "identity" && { "content-encoding": coding }),
  };
  return new Response(codings[coding], { headers });
}

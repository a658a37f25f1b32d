import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { PageContext } from "../../views/layout";
import { isOneFile, ownPath } from "../../db/own-path";
import { StartRefused } from "../../db/refusal";
import { accentColours, brandVariables } from "../../views/theme";
import type { Config } from "../settings/config";
import { takesCoding } from "./coding";
import { once } from "./once";
import { createPageStyle, type PageStyle } from "./page-style";
import { arch, pngIcon } from "./png";

/** The files that pages need, each at an address that changes with its content, so that it is kept for ever. */
export interface Assets {
  /** The style that pages for anybody have in themselves. */
  pageStyle: PageStyle;
  addresses: PageContext["assets"] & { mailboxScript: string };
  /** The addresses of the scripts of capabilities, by the name of the capability. */
  scripts: Record<string, string>;
  /** The icon as a PNG, for phones and for browsers that ask for `/favicon.ico`. */
  png(): Promise<Response>;
  /** The file at an address, in the smallest coding the browser takes; null when there is none there. */
  answer(request: Request): Promise<Response> | null;
}

/**
 * Reads the assets and puts the brand in. Each is made small when it is first asked for, once: a start does without.
 * Throws StartRefused when the mark of the brand cannot be read.
 */
export async function loadAssets(
  { accent, radius, mark }: Config["brand"],
  scriptFiles: Record<string, string> = {},
): Promise<Assets> {
  const colors = accentColours(accent);
  const icon = (await ownFile("icon.svg"))
    .replaceAll("ACCENT_TEXT", colors.onAccent)
    .replaceAll("ACCENT", colors.accent);
  const style = withoutSpace(
    (await ownFiles("style.css", "controls.css", "strength.css", "scripted.css")) + brandVariables(colors, radius),
  );
  const files = {
    style: asset("style.css", style),
    accountStyle: asset("account.css", withoutSpace(await ownFiles(...accountStyles))),
    script: await script("app.js", ownPath("views/assets/app.js"), await htmx()),
    mailboxScript: await script("mailbox.js", ownPath("views/assets/mailbox.js")),
    icon: mark === undefined ? asset("icon.svg", icon) : await ownMark(mark),
  };
  const png = once(() => pngOf({ mark, ...colors }));
  const scripts = await capabilityScripts(scriptFiles);
  const byPath = new Map([...Object.values(files), ...scripts.values()].map((file) => [file.address, file]));
  return {
    pageStyle: createPageStyle(style),
    addresses: {
      style: files.style.address,
      accountStyle: files.accountStyle.address,
      script: files.script.address,
      mailboxScript: files.mailboxScript.address,
      icon: files.icon.address,
    },
    scripts: Object.fromEntries([...scripts].map(([name, { address }]) => [name, address])),
    png: async () =>
      new Response(await png(), { headers: { ...guards, "content-type": "image/png", "cache-control": aDay } }),
    answer: (request) => {
      const file = byPath.get(new URL(request.url).pathname);
      return file ? serve(file, request.headers.get("accept-encoding")) : null;
    },
  };
}

const accountStyles = ["account.css", "lists.css", "second-factor.css", "administration.css"];
const types: Record<string, string> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
};
const aDay = "public, max-age=86400";

/** A file is what its type says; and a mark of SVG, opened as a page, runs nothing. */
const guards = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
};

async function ownMark(path: string): Promise<Asset> {
  const bytes = await readMark(path);
  return path.toLowerCase().endsWith(".svg") ? asset("icon.svg", bytes) : asset("icon.png", bytes);
}

/**
 * The file of the brand's mark. Throws StartRefused when it cannot be read, or is no picture of the kind that its name
 * says: every page would show a broken one.
 */
export async function readMark(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const refused = (why: string) =>
    new StartRefused(`GATEHOUSE_MARK: the file ${why}. Name an SVG or PNG file, or leave it out.`);
  const bytes = await Bun.file(path)
    .bytes()
    .catch(() => Promise.reject(refused("cannot be read")));
  const text = Buffer.from(bytes).toString("latin1");
  if (path.toLowerCase().endsWith(".svg") ? text.includes("<svg") : text.startsWith("\x89PNG")) return bytes;
  throw refused("is no picture of the kind that its name says");
}

/** An SVG mark is not drawn here: beside it stands a square of the accent. */
async function pngOf({ mark, accent, onAccent }: { mark?: string; accent: string; onAccent: string }) {
  if (mark?.toLowerCase().endsWith(".png")) return Bun.file(mark).bytes();
  return pngIcon({ ground: accent, shape: onAccent }, mark === undefined ? arch : () => false);
}

const ownFile = (name: string) => Bun.file(ownPath(`views/assets/${name}`)).text();
const htmx = () =>
  isOneFile ? ownFile("htmx.min.js") : Bun.file(Bun.resolveSync("htmx.org/dist/htmx.min.js", import.meta.dir)).text();
const ownFiles = async (...names: string[]) => (await Promise.all(names.map(ownFile))).join("");

/** The script in a file, behind another one where there is one: a request and a header fewer than two files. */
async function script(name: string, path: string, before = ""): Promise<Asset> {
  const made = async () => (before && `${before};`) + (await minified(path));
  return asset(name, before + (await Bun.file(path).text()), made);
}

/** A script with short names and without comments. It imports nothing, so it stays one file. */
export async function minified(path: string): Promise<string> {
  if (isOneFile) return Bun.file(minifiedPath(path)).text(); // where the program was built, that was done
  const { outputs } = await Bun.build({ entrypoints: [path], minify: true });
  return (await outputs[0]?.text()) ?? "";
}

/** Where the one file has a script made small: beside the script itself, of which its address is made everywhere. */
export const minifiedPath = (path: string): string => path.replace(/\.js$/, ".min.js");

async function capabilityScripts(files: Record<string, string>): Promise<Map<string, Asset>> {
  const read = Object.entries(files).map(async ([name, file]) => [name, await script(`${name}.js`, file)] as const);
  return new Map(await Promise.all(read));
}

/** A style without comments and the space that means nothing; space before a colon does, in a selector. */
const withoutSpace = (style: string) =>
  style
    .replaceAll(/\/\*.*?\*\//gs, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?([{};,>]) ?/g, "$1")
    .replaceAll(": ", ":")
    .replaceAll(";}", "}");

type Asset = ReturnType<typeof asset>;

type Content = string | Uint8Array;

/** A file with a fingerprint of its content; `make` gives what is sent, where that is not the content itself. */
function asset(name: string, content: Content, make = async (): Promise<Content> => content) {
  const fingerprint = new Bun.CryptoHasher("sha256").update(content).digest("hex").slice(0, 12);
  const [stem, extension = ""] = name.split(".");
  const identity = once(async () => Buffer.from(await make()));
  return {
    address: `/assets/${stem}.${fingerprint}.${extension}`,
    type: types[extension] ?? "",
    codings: {
      br: once(async () => brotli(await identity(), brotliQuality)),
      gzip: once(async () => gzipped(await identity(), { level: 9 })),
      identity,
    },
  };
}

const [brotli, gzipped] = [promisify(brotliCompress), promisify(gzip)];
/** The best there is: 35 ms of another thread, once for each file. */
const brotliQuality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };

async function serve({ type, codings }: Asset, accepted: string | null): Promise<Response> {
  const coding = (["br", "gzip"] as const).find((name) => takesCoding(accepted, name)) ?? "identity";
  const headers = {
    ...guards,
    "content-type": type,
    "cache-control": "public, max-age=31536000, immutable",
    vary: "Accept-Encoding",
    ...(coding !== "identity" && { "content-encoding": coding }),
  };
  return new Response(await codings[coding](), { headers });
}

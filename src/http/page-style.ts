import { brotliCompressSync, constants, crc32, deflateRawSync } from "node:zlib";
import { takesCoding } from "./coding";

/** The style that a page for anybody has in itself: a request less before it is seen, over a slow line two seconds. */
export interface PageStyle {
  /** What stands between `<style>` and `</style>`. */
  text: string;
  /** The source by which a policy allows this very text and no other style in a page. */
  source: string;
  /** The answer compressed, when it is a page with this style, whole, and the browser takes gzip; else as it came. */
  compress(request: Request, response: Response): Promise<Response>;
}

/**
 * How well a page compresses would tell whoever counts bytes what else is in it, such as an email address (BREACH). So
 * only the style is compressed, once, and the rest of a page is stored as it is. A browser without a cookie has no
 * secret that a page could show: its pages are compressed as a whole.
 */
export function createPageStyle(text: string): PageStyle {
  const packed = deflateRawSync(text, { level: 9, finishFlush: constants.Z_SYNC_FLUSH });
  const gzipped = (html: string, at: number) => {
    const before = deflateRawSync(html.slice(0, at), { level: 0, finishFlush: constants.Z_SYNC_FLUSH });
    const after = deflateRawSync(html.slice(at + text.length), { level: 0 });
    return Buffer.concat([gzipHeader, before, packed, after, checksum(Buffer.from(html))]);
  };
  return {
    text,
    source: `'sha256-${new Bun.CryptoHasher("sha256").update(text).digest("base64")}'`,
    async compress({ method, headers: asked }, response) {
      if (!response.headers.get("content-type")?.includes("html")) return response;
      const accepted = asked.get("accept-encoding");
      if (!takesCoding(accepted, "gzip")) return response;
      const html = await response.text();
      const at = html.indexOf(text);
      const { status, headers } = response;
      if (at < 0) return new Response(html, { status, headers });
      headers.append("vary", "Accept-Encoding");
      const showsNobody = method === "GET" && !asked.has("cookie") && takesCoding(accepted, "br");
      headers.set("content-encoding", showsNobody ? "br" : "gzip");
      return new Response(showsNobody ? brotliCompressSync(html, fast) : gzipped(html, at), { status, headers });
    },
  };
}

/** A quarter of a millisecond for a page. */
const fast = { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } };

/** What a member of gzip ends with (RFC 1952): the CRC-32 of the plain bytes and how many there are. */
function checksum(plain: Buffer): Buffer {
  const end = Buffer.alloc(8);
  end.writeUInt32LE(crc32(plain), 0);
  end.writeUInt32LE(plain.length, 4);
  return end;
}

/** What it begins with: deflate, no name, no time. */
const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

import { deflateSync, inflateSync } from "node:zlib";
import { codeOf } from "../../db/error-code";
import { pngFile, pngSignature } from "../http/png";

/**
 * A thread that makes one picture: a square of one format out of whatever was sent, with nothing of what the file said
 * besides. The runtime's codecs judge the bytes; a name or a type that came with them is not looked at.
 */

/** What becomes of the bytes of a picture: the finished one, or why there is none. */
export type PictureAnswer = Uint8Array<ArrayBuffer> | "picture_unreadable" | "picture_too_large";

/** The side of every picture, in pixels: four times what the largest page shows. */
const side = 256;
/** A file of 1 MB can stand for more than memory holds, so this is asked of its header, before it is decoded. */
const maxPixels = 40_000_000;
/** As long as a JPEG can be, in pixels: a row of many millions takes as much memory again as all of the picture. */
const longestSide = 65_535;
/**
 * A progressive JPEG is told in scans, each of which is a walk over all pixels: programs write ten or so, and a file of
 * 1 MB has room for 15,000. What was begun nobody can end, not even with this thread, and WebCrypto waits behind it.
 */
const mostWalked = 10 * maxPixels;
/** The longer side before the square is cut out, in pixels: of what is longer and thinner, some is squeezed. */
const longest = 20 * side;

declare const self: Worker;
self.onmessage = async ({ data }: MessageEvent<Uint8Array<ArrayBuffer>>) => self.postMessage(await answer(data));

async function answer(bytes: Uint8Array<ArrayBuffer>): Promise<PictureAnswer> {
  try {
    const { format, width, height } = await new Bun.Image(bytes, { maxPixels }).metadata();
    if (!["png", "jpeg", "webp"].includes(format) || isCutOff(format, bytes)) return "picture_unreadable";
    if (Math.max(width, height) > longestSide) return "picture_too_large";
    if (format === "jpeg" && scansIn(bytes) * width * height > mostWalked) return "picture_too_large";
    const box = Math.min(longest, Math.ceil((side * Math.max(width, height)) / Math.min(width, height)));
    const small = new Bun.Image(bytes, { maxPixels }).resize(box, box, { fit: "inside" });
    const square = squareOf(await small.png({ compressionLevel: 1 }).bytes());
    const made = await new Bun.Image(square).resize(side, side).webp({ quality: 82 }).bytes();
    return new Uint8Array(made);
  } catch (error) {
    const isTooLarge = codeOf(error) === "ERR_IMAGE_TOO_MANY_PIXELS";
    return isTooLarge ? "picture_too_large" : "picture_unreadable"; // none, or damaged
  }
}

const bufferOf = ({ buffer, byteOffset, length }: Uint8Array) => Buffer.from(buffer, byteOffset, length);

/** A JPEG without its end would be decoded, with gray where the rest should be. */
function isCutOff(format: string, bytes: Uint8Array): boolean {
  const all = bufferOf(bytes);
  return format === "jpeg" && all.lastIndexOf(endOfImage) < all.lastIndexOf(startOfScan);
}

/** How many scans a JPEG has, with those of a smaller picture in it, if there is one. */
function scansIn(bytes: Uint8Array): number {
  const all = bufferOf(bytes);
  let scans = 0;
  for (let at = all.indexOf(startOfScan); at !== -1; at = all.indexOf(startOfScan, at + 1)) scans += 1;
  return scans;
}

const endOfImage = Buffer.of(0xff, 0xd9);
const startOfScan = Buffer.of(0xff, 0xda);

/** The middle square of a PNG of 8 bits a channel, not interlaced, as the runtime writes it: it cannot crop itself. */
function squareOf(png: Uint8Array): Uint8Array<ArrayBuffer> {
  const { header, data } = partsOf(bufferOf(png));
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = channelsOf[header.readUInt8(9)];
  if (channels === undefined || header.readUInt8(8) !== 8) throw new Error("The runtime wrote another kind of PNG.");
  const rows = unfiltered(data, width * channels, channels);
  const size = Math.min(width, height);
  const [left, top] = [Math.floor((width - size) / 2), Math.floor((height - size) / 2)];
  const cut = Array.from({ length: size }, (_, y) => {
    const from = (top + y) * width * channels + left * channels;
    return Buffer.concat([noFilter, rows.subarray(from, from + size * channels)]);
  });
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  return pngFile(header, deflateSync(Buffer.concat(cut), { level: 1 }));
}

/** How many bytes a pixel has, by the kind of its color: gray, color, gray and color with transparency. */
const channelsOf: Record<number, number> = { 0: 1, 2: 3, 4: 2, 6: 4 };
const noFilter = Buffer.of(0);

function partsOf(png: Buffer): { header: Buffer; data: Buffer } {
  const data: Buffer[] = [];
  for (let at = pngSignature.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString("latin1", at + 4, at + 8) === "IDAT") data.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return { header: Buffer.from(png.subarray(16, 29)), data: inflateSync(Buffer.concat(data)) };
}

/** Pixels as they are: each row of a PNG says how it is told by its neighbors (PNG specification, 9.2). */
function unfiltered(data: Buffer, stride: number, step: number): Buffer {
  const rows = Buffer.alloc((data.length / (stride + 1)) * stride);
  for (let y = 0; y * stride < rows.length; y++) {
    const filter = data[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x >= step ? (rows[at - step] ?? 0) : 0;
      const up = y > 0 ? (rows[at - stride] ?? 0) : 0;
      const corner = x >= step && y > 0 ? (rows[at - stride - step] ?? 0) : 0;
      rows[at] = (data[y * (stride + 1) + 1 + x] ?? 0) + predicted(filter, { left, up, corner });
    }
  }
  return rows;
}

function predicted(filter: number, { left, up, corner }: Record<"left" | "up" | "corner", number>): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const near = left + up - corner;
  const [toLeft, toUp, toCorner] = [Math.abs(near - left), Math.abs(near - up), Math.abs(near - corner)];
  return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
}

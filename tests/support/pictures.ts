import { deflateSync } from "node:zlib";
import { pngFile } from "../../src/http/png";

/** Pictures to send, and the body that a browser sends them in. */

type Color = [red: number, green: number, blue: number];

/** A PNG in which each column has a color; `announced` writes another size into its header, as a bomb does. */
export function png([width, height]: [number, number], colorAt: (x: number) => Color, announced = [width, height]) {
  const row = Buffer.from([0, ...Array.from({ length: width }, (_, x) => colorAt(x)).flat()]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(announced[0] ?? width, 0);
  header.writeUInt32BE(announced[1] ?? height, 4);
  header.set([8, 2], 8);
  const rows = deflateSync(Buffer.concat(Array<Buffer>(height).fill(row)));
  return pngFile(header, rows);
}

/** Three stripes, so that the middle is known: 900 × 300 pixels. */
export const stripes = () => png([900, 300], (x) => (x < 300 ? [255, 0, 0] : x < 600 ? [0, 255, 0] : [0, 0, 255]));

/** A gray progressive JPEG of so many pixels square, told in so many scans, each of which says nothing new. */
export function jpegOf(side: number, scans: number): Uint8Array {
  const part = (marker: number, ...content: number[]) => [0xff, marker, 0, content.length + 2, ...content];
  const oneCode = (table: number, sign: number) => part(0xc4, table, 1, ...Array<number>(15).fill(0), sign);
  const size = [side >> 8, side & 255, side >> 8, side & 255];
  const blocks = Math.ceil(side / 8) ** 2;
  const first = [...part(0xda, 1, 1, 0, 0, 0, 0), ...Array<number>(Math.ceil(blocks / 8)).fill(0)];
  // Each code stands for 16,384 blocks that stay as they are, in 15 bits.
  const unchanged = Array<number>(2 * Math.ceil(blocks / 16_384)).fill(0);
  const others = Array.from({ length: scans - 1 }, (_, at) => [
    ...part(0xda, 1, 1, 0, 1, 63, at === 0 ? 0x01 : 0x10),
    ...unchanged,
  ]).flat();
  const head = [0xff, 0xd8, ...part(0xdb, 0, ...Array<number>(64).fill(1)), ...part(0xc2, 8, ...size, 1, 1, 0x11, 0)];
  return new Uint8Array([...head, ...oneCode(0x00, 0), ...oneCode(0x10, 0xe0), ...first, ...others, 0xff, 0xd9]);
}

const boundary = "----a-boundary";
export const multipart = `multipart/form-data; boundary=${boundary}`;

/** One file in a form, as a browser sends it; and another field behind it, if one is named. */
export function formWith(bytes: Uint8Array, field = "picture", other?: string): Uint8Array<ArrayBuffer> {
  const named = (name: string) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`;
  const head = `${named(field)}; filename="p"\r\nContent-Type: image/png\r\n\r\n`;
  const behind = other === undefined ? "" : `\r\n${named(other)}\r\n\r\nx`;
  return new Uint8Array(Buffer.concat([Buffer.from(head), bytes, Buffer.from(`${behind}\r\n--${boundary}--\r\n`)]));
}

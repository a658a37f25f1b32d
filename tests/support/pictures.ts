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

const boundary = "----a-boundary";
export const multipart = `multipart/form-data; boundary=${boundary}`;

/** One file in a form, as a browser sends it. */
export function formWith(bytes: Uint8Array, field = "picture"): Uint8Array<ArrayBuffer> {
  const named = `Content-Disposition: form-data; name="${field}"; filename="p"`;
  const head = `--${boundary}\r\n${named}\r\nContent-Type: image/png`;
  return new Uint8Array(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]));
}

import { crc32, deflateSync } from "node:zlib";

/** The two colors of an icon, as `#rrggbb`. */
interface IconColors {
  ground: string;
  shape: string;
}

/** Whether a point of a square of 32 units belongs to the shape. */
type Shape = (x: number, y: number) => boolean;

const side = 180; // pixels: what phones take for their home screen
const samples = 4; // in each direction, for every pixel: smooth edges

/** A square icon as a PNG file: a shape on a ground that fills the square, because phones round the corners. */
export function pngIcon({ ground, shape }: IconColors, isInside: Shape): Uint8Array<ArrayBuffer> {
  const [from, to] = [parse(ground), parse(shape)];
  const rows = Buffer.alloc(side * (1 + 3 * side)); // each row begins with its filter: none
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const share = coverage(isInside, x, y);
      const color = from.map((part, i) => Math.round(part + ((to[i] ?? 0) - part) * share));
      rows.set(color, y * (1 + 3 * side) + 1 + 3 * x);
    }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2], 8); // eight bits for each of red, green and blue
  return pngFile(header, deflateSync(rows, { level: 9 }));
}

/** A PNG file: its header, and its rows as they are packed. */
export function pngFile(header: Buffer, packedRows: Buffer): Uint8Array<ArrayBuffer> {
  const chunks = [chunk("IHDR", header), chunk("IDAT", packedRows), chunk("IEND", Buffer.alloc(0))];
  return new Uint8Array(Buffer.concat([pngSignature, ...chunks]));
}

/** The shape of Gatehouse's own mark, as in `icon.svg`: an arch, and a bar in it. */
export const arch: Shape = (x, y) => {
  if (y > 25) return false;
  const distance = y < 14.5 ? Math.hypot(x - 16, y - 14.5) : Math.abs(x - 16);
  const isBar = y >= 17 && distance <= 1.6;
  return (distance >= 4.3 && distance <= 8.5) || isBar;
};

/** What every PNG begins with. */
export const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** How much of a pixel the shape covers, from 0 to 1. */
function coverage(isInside: Shape, x: number, y: number): number {
  let inside = 0;
  for (let i = 0; i < samples * samples; i++) {
    const [dx, dy] = [(i % samples) + 0.5, Math.floor(i / samples) + 0.5];
    if (isInside(((x + dx / samples) * 32) / side, ((y + dy / samples) * 32) / side)) inside++;
  }
  return inside / (samples * samples);
}

function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** Of `#rrggbb`, which settings.ts has checked. */
const parse = (color: string) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));

import { encode } from "uqr";

/** The quiet zone that readers need around the code, in modules. */
const quietZone = 4;

/** A QR code, drawn as one path: black on white whatever the colors of the page, because readers want it so. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, data } = encode(text, { ecc: "M", border: quietZone });
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <path fill="#fff" d={`M0 0h${size}v${size}h-${size}z`} />
      <path fill="#000" shape-rendering="crispEdges" d={data.map(darkOf).join("")} />
    </svg>
  );
}

/** The dark modules of a row, as one box for all that stand side by side. */
function darkOf(row: readonly boolean[], y: number): string {
  const boxes: string[] = [];
  for (let x = row.indexOf(true); x !== -1; ) {
    const end = row.indexOf(false, x); // the quiet zone ends every row
    boxes.push(`M${x} ${y}h${end - x}v1h${x - end}z`);
    x = row.indexOf(true, end);
  }
  return boxes.join("");
}

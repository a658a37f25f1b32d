import { encode } from "uqr";

/** The quiet zone that readers need around the code, in modules. */
const quietZone = 4;

/** A QR code, drawn as one path: black on white whatever the colors of the page, because readers want it so. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, data } = encode(text, { ecc: "M", border: quietZone });
  const modules = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <path fill="#fff" d={`M0 0h${size}v${size}h-${size}z`} />
      <path fill="#000" shape-rendering="crispEdges" d={modules.join("")} />
    </svg>
  );
}

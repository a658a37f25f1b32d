/** A panel of Grafana's dashboard, as its file has it. */
export interface Panel {
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr: string; legendFormat: string }[];
  fieldConfig?: { defaults: { unit: string; custom?: { stacking?: { mode: string } } } };
}

/** A line of a panel: its points are in order of time, and each is there for every line of the panel. */
export interface Line {
  label: string;
  values: number[];
}

const [unitWidth, unitHeight, gap] = [46, 26, 8];
/** The longest label beside which another one fits. */
const longestOfTwo = 26;
const inside = { left: 52, right: 10, top: 34, lineHeight: 15 };
const colors = ["#5b8ff9", "#5ad8a6", "#f6bd16", "#e8684a", "#9270ca", "#6dc8ec", "#ff9d4d", "#a5a5b3"];

/** All panels where they stand on the dashboard, as an SVG that needs nothing else. */
export function drawPanels(title: string, drawn: { panel: Panel; lines: Line[] }[]): string {
  const height = Math.max(...drawn.map(({ panel: { gridPos } }) => gridPos.y + gridPos.h)) * unitHeight + gap;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${24 * unitWidth + gap} ${height}" role="img" ` +
      `font-family="system-ui, sans-serif" font-size="11" fill="#c9ccd6">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" fill="#111217"/>`,
    ...drawn.map(({ panel, lines }) => (panel.type === "row" ? drawRow(panel) : drawPanel(panel, lines))),
    "</svg>\n",
  ].join("\n");
}

function drawRow({ title, gridPos }: Panel): string {
  const y = gridPos.y * unitHeight + 18;
  return `<text x="${gap}" y="${y}" font-size="13" font-weight="600">${escaped(title)}</text>`;
}

function drawPanel({ title, gridPos, fieldConfig }: Panel, lines: Line[]): string {
  const [width, height] = [gridPos.w * unitWidth - gap, gridPos.h * unitHeight - gap];
  const shown = lines.slice(0, colors.length);
  const isStacked = fieldConfig?.defaults.custom?.stacking?.mode === "normal";
  const drawn = isStacked ? stacked(shown) : shown;
  const columns = shown.some(({ label }) => label.length > longestOfTwo) ? 1 : 2;
  const bottom = height - 12 - inside.lineHeight * Math.ceil(shown.length / columns);
  const most = roundUp(Math.max(0, ...drawn.flatMap(({ values }) => values.filter(Number.isFinite))));
  const format = unitOf(fieldConfig?.defaults.unit ?? "short");
  const place = { width, bottom, most, columns };
  return [
    `<g transform="translate(${gap + gridPos.x * unitWidth} ${gridPos.y * unitHeight + gap})">`,
    `<rect width="${width}" height="${height}" rx="3" fill="#181b1f" stroke="#2c3035"/>`,
    `<text x="12" y="21" font-size="12.5" font-weight="600">${escaped(title)}</text>`,
    ...[0, 0.5, 1].map((part) => scaleLine(place, part, format(most * part))),
    ...drawn.map((line, index) => drawLine(place, line, colors[index] ?? "")),
    ...shown.map(({ label }, index) => legend(place, label, index)),
    "</g>",
  ].join("\n");
}

interface Place {
  width: number;
  bottom: number;
  /** The value at the panel's upper edge. */
  most: number;
  /** Of the legend. */
  columns: number;
}

const heightOf = ({ bottom, most }: Place, value: number) => bottom - (value / most) * (bottom - inside.top);

function scaleLine(place: Place, part: number, text: string): string {
  const y = heightOf(place, place.most * part).toFixed(1);
  return (
    `<path d="M${inside.left} ${y}H${place.width - inside.right}" stroke="#2c3035"/>` +
    `<text x="${inside.left - 6}" y="${Number(y) + 4}" text-anchor="end" fill="#8e939f">${text}</text>`
  );
}

/** Nothing is drawn where there is no value. */
function drawLine(place: Place, { values }: Line, color: string): string {
  const step = (place.width - inside.left - inside.right) / Math.max(1, values.length - 1);
  let isDrawing = false;
  const path = values.map((value, index) => {
    if (!Number.isFinite(value)) {
      isDrawing = false;
      return "";
    }
    const command = isDrawing ? "L" : "M";
    isDrawing = true;
    return `${command}${(inside.left + index * step).toFixed(1)} ${heightOf(place, value).toFixed(1)}`;
  });
  return `<path d="${path.join("")}" fill="none" stroke="${color}" stroke-width="1.5"/>`;
}

function legend({ width, bottom, columns }: Place, label: string, index: number): string {
  const x = 14 + (index % columns) * (width / columns);
  const y = bottom + 18 + Math.floor(index / columns) * inside.lineHeight;
  return (
    `<rect x="${x}" y="${y - 5}" width="12" height="3" fill="${colors[index]}"/>` +
    `<text x="${x + 17}" y="${y}">${escaped(label)}</text>`
  );
}

/** Each line on those before it. */
function stacked(lines: Line[]): Line[] {
  const sums: number[] = [];
  return lines.map(({ label, values }) => {
    values.forEach((value, index) => (sums[index] = (sums[index] ?? 0) + (Number.isFinite(value) ? value : 0)));
    return { label, values: [...sums] };
  });
}

/** The next of 1, 2 and 5 with a power of ten; 1 for zero. */
function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * power >= value) ?? 10) * power;
}

/** A value as Grafana writes its unit, roughly. */
function unitOf(unit: string): (value: number) => string {
  const number = (value: number) => (value >= 1000 ? `${value / 1000} k` : String(Number(value.toPrecision(2))));
  switch (unit) {
    case "s":
      return (value) => (value > 0 && value < 1 ? `${number(value * 1000)} ms` : `${number(value)} s`);
    case "percentunit":
      return (value) => `${number(value * 100)} %`;
    case "bytes":
      return (value) => `${number(value / 1e6)} MB`;
    case "reqps":
    case "ops":
      return (value) => `${number(value)}/s`;
    default:
      return number;
  }
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** One bar of a chart. */
export interface Bar {
  label: string;
  value: number;
  /** What stands behind the bar; by default the value, with its thousands. */
  text?: string;
}

const width = 720;
const [labelWidth, barHeight, gap, top] = [250, 22, 8, 44];

/** A chart of horizontal bars from zero, as an SVG that needs nothing else. */
export function barChart(title: string, bars: Bar[]): string {
  const longest = Math.max(...bars.map(({ value }) => value));
  const height = top + bars.length * (barHeight + gap) + 8;
  const rows = bars.map(({ label, value, text = thousands(value) }, index) => {
    const y = top + index * (barHeight + gap);
    const length = Math.max(1, (value / longest) * (width - labelWidth - 120));
    const middle = y + barHeight / 2 + 5;
    return (
      `<text x="${labelWidth - 10}" y="${middle}" text-anchor="end">${escaped(label)}</text>` +
      `<rect x="${labelWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="3" fill="#3457d5"/>` +
      `<text x="${(labelWidth + length + 8).toFixed(1)}" y="${middle}">${escaped(text)}</text>`
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" ` +
      `font-family="system-ui, sans-serif" font-size="14" fill="#1b1f2a">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#ffffff"/>`,
    `<text x="16" y="27" font-size="15" font-weight="600">${escaped(title)}</text>`,
    ...rows,
    "</svg>\n",
  ].join("\n");
}

/** `65,432`, or `6.5` for what is small. */
export const thousands = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString("en") : value >= 10 ? value.toFixed(0) : value.toFixed(1);

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

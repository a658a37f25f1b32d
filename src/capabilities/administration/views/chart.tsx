import { attribute } from "../../../../views/layout";

interface ChartProps {
  title: string;
  /** What it shows, in a sentence: for whoever does not see it. */
  label: string;
  values: readonly number[];
  total: string;
  /** What the total is of, such as "in 14 days". */
  span: string;
  isBad?: boolean;
}

const width = 28; // units of a bar with its gap
const height = 64;

/** Numbers as bars, drawn by the server. The same numbers stand in the table below. */
export function Chart({ title, label, values, total, span, isBad }: ChartProps) {
  const highest = Math.max(1, ...values);
  return (
    <section class={isBad ? "card chart problem" : "card chart"}>
      <h2 safe>{title}</h2>
      <p class="figure">
        <b safe>{total}</b> <span safe>{span}</span>
      </p>
      <svg
        class="bars"
        viewBox={`0 0 ${values.length * width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={attribute(label)}
      >
        <path d={values.map((value, place) => barOf(value / highest, place)).join("")} />
      </svg>
    </section>
  );
}

/** A bar as a piece of a path. Nothing is a line at the bottom, and a little is more than that. */
function barOf(share: number, place: number): string {
  const tall = share === 0 ? 1 : Math.max(3, Math.round(share * height));
  return `M${place * width + 3} ${height - tall}h${width - 6}v${tall}h${6 - width}z`;
}

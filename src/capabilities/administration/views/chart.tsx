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
        viewBox={`0 0 ${values.length * width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={attribute(label)}
      >
        {values.map((value, place) => {
          const bar = value === 0 ? 1 : Math.max(3, Math.round((value / highest) * height));
          const at = { x: place * width + 3, y: height - bar, width: width - 6, height: bar };
          return <rect class={value === 0 ? "none" : undefined} rx="2" {...at} />;
        })}
      </svg>
    </section>
  );
}

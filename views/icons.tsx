/**
 * Icons of one family: 24 units square, drawn with a line of 1.75, round at its ends, in the color of the text around.
 * They say nothing by themselves, so they are hidden from screen readers and stand beside a word.
 */
export type IconName = keyof typeof shapes;

/** One icon, as large as its class in the style makes it. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={shapes[name]} />
    </svg>
  );
}

const shapes = {
  overview: "M3.5 11.2 12 4l8.5 7.2M5.5 9.6V20h4.7v-5.5h3.6V20h4.7V9.6",
  profile:
    "M12 11.5a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5ZM4.75 20c.6-3.5 3.4-5.25 7.25-5.25s6.65 1.75 7.25 5.25",
  mail: "M5.5 5.5h13a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2ZM4 7.25l8 5.75 8-5.75",
  password:
    "M7 10.75h10a2 2 0 0 1 2 2V18a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2v-5.25a2 2 0 0 1 2-2ZM8.25 " +
    "10.75V7.5a3.75 3.75 0 0 1 7.5 0v3.25",
  key: "M8 19.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM11.25 11.75 19.5 3.5M15.75 7.25l3 3",
  shield: "M12 3.5 5 6.25v5c0 4.4 2.8 7.6 7 9.25 4.2-1.65 7-4.85 7-9.25v-5ZM9 11.75l2.25 2.25L15 10",
  computer: "M6.5 5.5h11A1.5 1.5 0 0 1 19 7v8H5V7a1.5 1.5 0 0 1 1.5-1.5ZM2.75 18.5h18.5",
  phone: "M9 3.5h6a2 2 0 0 1 2 2v13a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2v-13a2 2 0 0 1 2-2ZM11 17.5h2",
  tablet: "M6.5 3.5h11a2 2 0 0 1 2 2v13a2 2 0 0 1-2 2h-11a2 2 0 0 1-2-2v-13a2 2 0 0 1 2-2ZM11 17.5h2",
  program:
    "M5.5 4.5h13a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2v-11a2 2 0 0 1 2-2ZM7.5 9.25 10.25 " +
    "12 7.5 14.75M12.5 15h4",
  activity: "M3 12.5h4l2.75-7.5 4.5 14 2.75-6.5h4",
  download: "M12 4v10.5M7.75 10.5 12 14.75l4.25-4.25M4.5 19.5h15",
  trash: "M4.5 6.75h15M9.25 6.5V4.25h5.5V6.5M6.25 6.75 7.25 20h9.5l1-13.25M10.25 10.5v6M13.75 10.5v6",
  signIn: "M13.5 4H17a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-3.5M3.5 12h10.25M10 8l4 4-4 4",
  signOut: "M10.5 4H7a2 2 0 0 0-2 2v12a2 2 0 0 0 2 2h3.5M9.75 12H20.5M16.5 8l4 4-4 4",
  check: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM8.25 12.25l2.6 2.6 5-5.35",
  cross: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM9.25 9.25l5.5 5.5M14.75 9.25l-5.5 5.5",
  warning: "M12 4 2.75 19.75h18.5ZM12 10v4.25M12 17h.01",
  pencil: "M4.5 19.5 5.5 15.25 15.75 5a1.9 1.9 0 0 1 2.75 0l.5.5a1.9 1.9 0 0 1 0 2.75L8.75 18.5ZM13.75 7l3.25 3.25",
  picture:
    "M5.5 4.5h13a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2v-11a2 2 0 0 1 2-2ZM4 17l4.75-5 4 " +
    "4.25 2.5-2.25L20 18M15.5 9.25h.01",
  eye:
    "M2.75 12C4.5 8.25 7.9 6 12 6s7.5 2.25 9.25 6c-1.75 3.75-5.15 6-9.25 6s-7.5-2.25-9.25-6ZM12 " +
    "14.75a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5Z",
  back: "M20 12H4.5M10.5 6l-6 6 6 6",
} as const;

/** The colours that follow from the brand's accent, each as `#rrggbb`. */
export interface Accent {
  accent: string;
  /** Black or white: whichever reads better on the accent. */
  onAccent: string;
  /** The accent as ink, on the light and on the dark ground. */
  inkInLight: string;
  inkInDark: string;
}

/**
 * The colours that follow from an accent (`#rrggbb`). Whatever it is, text on it and text made of it keep a contrast
 * of 4.5:1 (WCAG 2.2, success criterion 1.4.3), in light and in dark.
 */
export function accentColours(accent: string): Accent {
  const colour = parse(accent);
  const onAccent = contrast(colour, white) >= contrast(colour, black) ? white : black;
  return {
    accent,
    onAccent: hex(onAccent),
    inkInLight: hex(towards(black, colour, lightGround)),
    inkInDark: hex(towards(white, colour, darkGround)),
  };
}

/** The brand as variables for `style.css`: its colours, and how round its corners are. */
export const brandVariables = ({ accent, onAccent, inkInLight, inkInDark }: Accent, radius: string) =>
  `@layer tokens{:root{--radius:${radius};--accent:${accent};--accent-text:${onAccent};` +
  `--accent-ink:light-dark(${inkInLight},${inkInDark})}}`;

type Colour = [red: number, green: number, blue: number];

const white: Colour = [255, 255, 255];
const black: Colour = [0, 0, 0];
const lightGround: Colour = [248, 248, 250];
const darkGround: Colour = [27, 28, 34];
const readable = 4.5;

/** The colour, moved towards black or white just far enough to be readable on the ground. */
function towards(end: Colour, colour: Colour, ground: Colour): Colour {
  for (let share = 0; share < 1; share += 0.05) {
    // Three parts in, three out.
    const mixed = colour.map((part, i) => Math.round(part + ((end[i] ?? 0) - part) * share)) as Colour;
    if (contrast(mixed, ground) >= readable) return mixed;
  }
  return end;
}

/** Contrast ratio of WCAG 2.2: 1 for the same colour, 21 for black on white. */
function contrast(a: Colour, b: Colour): number {
  const [lighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]; // two in, two out
  return (lighter + 0.05) / (darker + 0.05);
}

/** Relative luminance of WCAG 2.2. */
function luminance([red, green, blue]: Colour): number {
  const linear = (part: number) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

// Settings.ts checked the form.
const parse = (text: string): Colour => [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16)) as Colour;
const hex = (colour: Colour) => `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

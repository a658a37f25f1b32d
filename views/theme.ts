/** The colors that follow from the brand's accent, each as `#rrggbb`. */
export interface Accent {
  accent: string;
  /** Black or white: whichever reads better on the accent. */
  onAccent: string;
  /**
   * What a button is edged with: the accent itself, or its ink where the accent can hardly be told from the surface.
   */
  edge: string;
  /** The accent in dark mode: lifted until it stands out from the dark surface. */
  accentInDark: string;
  onAccentInDark: string;
  /** The accent as a quiet background: of the current section, of an avatar. */
  tintInLight: string;
  tintInDark: string;
  /** The accent as ink, on the ground, the surface and the tint. */
  inkInLight: string;
  inkInDark: string;
}

/**
 * The colors that follow from an accent (`#rrggbb`). Whatever it is, text on it and text made of it keep a contrast of
 * 4.5:1 (WCAG 2.2, success criterion 1.4.3), in light and in dark, and a button keeps an edge that can be seen.
 */
export function accentColours(accent: string): Accent {
  const color = parse(accent);
  const lifted = towards(white, color, { from: [dark.surface], ratio: distinct });
  const tint = { light: mixed(light.surface, color, 0.09), dark: mixed(dark.surface, lifted, 0.16) };
  const ink = towards(black, color, { from: [light.ground, light.surface, tint.light], ratio: readable });
  const inkInDark = towards(white, lifted, { from: [dark.ground, dark.surface, tint.dark], ratio: readable });
  return {
    accent,
    onAccent: hex(textOn(color)),
    edge: contrast(color, light.surface) < visible ? hex(ink) : accent,
    accentInDark: hex(lifted),
    onAccentInDark: hex(textOn(lifted)),
    tintInLight: hex(tint.light),
    tintInDark: hex(tint.dark),
    inkInLight: hex(ink),
    inkInDark: hex(inkInDark),
  };
}

/** The brand as variables for `style.css`: its colors, and how round its corners are. */
export function brandVariables(accent: Accent, radius: string): string {
  const variables = {
    radius,
    accent: `light-dark(${accent.accent},${accent.accentInDark})`,
    "accent-text": `light-dark(${accent.onAccent},${accent.onAccentInDark})`,
    "accent-edge": `light-dark(${accent.edge},${accent.accentInDark})`,
    "accent-ink": `light-dark(${accent.inkInLight},${accent.inkInDark})`,
    tint: `light-dark(${accent.tintInLight},${accent.tintInDark})`,
  };
  const lines = Object.entries(variables).map(([name, value]) => `--${name}:${value}`);
  return `@layer tokens{:root{${lines.join(";")}}}`;
}

type Color = [red: number, green: number, blue: number];

const white: Color = [255, 255, 255];
const black: Color = [0, 0, 0];
/** The same as `--ground` and `--surface` in `style.css`. */
const light: Record<"ground" | "surface", Color> = { ground: [246, 247, 249], surface: white };
const dark: Record<"ground" | "surface", Color> = { ground: [21, 22, 27], surface: [30, 32, 39] };
/** Contrast ratios: of text, of what must stand out, and of what can be seen at all. */
const readable = 4.5;
const distinct = 3;
const visible = 1.4;

/** The color, moved towards black or white just far enough to have the contrast with every one of the others. */
function towards(end: Color, color: Color, { from, ratio }: { from: Color[]; ratio: number }): Color {
  for (let share = 0; share < 1; share += 0.05) {
    const moved = mixed(color, end, share);
    if (from.every((other) => contrast(moved, other) >= ratio)) return moved;
  }
  return end;
}

const mixed = (color: Color, other: Color, share: number) =>
  color.map((part, i) => Math.round(part + ((other[i] ?? 0) - part) * share)) as Color; // three parts in, three out

const textOn = (color: Color) => (contrast(color, white) >= contrast(color, black) ? white : black);

/** Contrast ratio of WCAG 2.2: 1 for the same color, 21 for black on white. */
function contrast(a: Color, b: Color): number {
  const [lighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]; // two in, two out
  return (lighter + 0.05) / (darker + 0.05);
}

/** Relative luminance of WCAG 2.2. */
function luminance([red, green, blue]: Color): number {
  const linear = (part: number) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

// Settings.ts checked the form.
const parse = (text: string): Color => [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16)) as Color;
const hex = (color: Color) => `#${color.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

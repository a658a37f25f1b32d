import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { accentColours } from "../../views/theme";
import { filesIn, read } from "./files";

const root = join(import.meta.dir, "../..");
/** The core's and those of capabilities, as paths from the root. */
const views = filesIn("views/**/*.tsx", "src/**/*.tsx");

/** Runs the scan for unescaped text, which the test command runs over the views. */
async function scan(...what: string[]) {
  const scanner = Bun.spawn([process.execPath, "node_modules/.bin/xss-scan", ...what], {
    cwd: root,
    stdout: "pipe",
    stderr: "pipe",
  });
  const output = (await new Response(scanner.stdout).text()) + (await new Response(scanner.stderr).text());
  return { code: await scanner.exited, output };
}

describe("the views", () => {
  test("canary: the scan finds a view that is known to be bad", async () => {
    const { code, output } = await scan("tests/fixtures/unsafe-view.tsx");
    expect(code).toBe(1);
    expect(output).toContain("unsafe-view.tsx");
  }, 60_000);

  test("use none of the attributes that need eval, nor raw HTML, nor inline style", () => {
    expect(views.length).toBeGreaterThan(5);
    // In a mail there is no other way to style anything.
    for (const name of views.filter((path) => !path.startsWith("views/mail/"))) {
      expect([name, read(name).match(/hx-on|hx-live|js:|javascript:|style=|attrs=|innerHTML|<tag\b|hx-boost/)]).toEqual(
        [name, null],
      );
    }
  });

  test("know no clock, no environment and no request", () => {
    for (const name of [...views, ...filesIn("views/**/*.ts")])
      expect([name, read(name).match(/Date\.now|new Date\(\)|process\.|Bun\.|Request\b/)]).toEqual([name, null]);
  });

  test("put words in views/words, never in a page", () => {
    for (const name of views)
      expect([name, read(name).match(/>\s*[A-Z][a-z]+ [a-z]+[^<{]*[<{]/)]).toEqual([name, null]);
  });
});

describe("the accent colour", () => {
  const luminance = (colour: string) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string) =>
    (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05);

  for (const accent of ["#3457d5", "#000000", "#ffffff", "#ffff00", "#777777", "#e11d48", "#10b981", "#757575"])
    test(`${accent} is readable everywhere`, () => {
      const brand = accentColours(accent);
      expect(contrast(brand.onAccent, accent)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(brand.onAccentInDark, brand.accentInDark)).toBeGreaterThanOrEqual(4.5);
      for (const name of ["ground", "surface"]) {
        const [, light = "", dark = ""] =
          new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(read("views/assets/style.css")) ?? [];
        expect(contrast(brand.inkInLight, light)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(brand.inkInDark, dark)).toBeGreaterThanOrEqual(4.5);
      }
      expect(contrast(brand.inkInLight, brand.tintInLight)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(brand.inkInDark, brand.tintInDark)).toBeGreaterThanOrEqual(4.5);
    });

  test("is a ground alone, and no filter changes it: a picture drawn with it could be as light as the card", () => {
    for (const name of filesIn("views/assets/*.css"))
      for (const line of read(name).split("\n"))
        expect([name, /var\(--accent\)/.test(line) && !/background: var/.test(line) ? line : ""]).toEqual([name, ""]);
    expect(read("views/assets/controls.css")).not.toMatch(/filter:/);
  });

  for (const accent of ["#3457d5", "#000000", "#ffffff", "#ffff00"])
    test(`a button of ${accent} can be told from what it stands on`, () => {
      const { edge, accentInDark } = accentColours(accent);
      expect(contrast(edge, "#ffffff")).toBeGreaterThanOrEqual(1.4);
      expect(contrast(accentInDark, "#1e2027")).toBeGreaterThanOrEqual(3);
    });
});

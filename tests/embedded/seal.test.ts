import { describe, expect, test } from "bun:test";
import { createSeals, sealKeyFrom } from "../../src/guard/seal";

/** What is kept encrypted: who can read it, and who cannot. */

const now = sealKeyFrom("a-secret-that-only-the-tests-know-0123456789");
const before = sealKeyFrom("the-secret-that-was-in-use-before-0123456789");

describe("a sealed text", () => {
  test("opens for its purpose, and says nothing to whoever reads the table", () => {
    const { seal, open } = createSeals([now]);
    const sealed = seal("JBSWY3DPEHPK3PXP", "totp ada");
    expect(sealed).not.toContain("JBSWY3DPEHPK3PXP");
    expect(open(sealed, "totp ada")).toBe("JBSWY3DPEHPK3PXP");
    expect(seal("JBSWY3DPEHPK3PXP", "totp ada")).not.toBe(sealed);
  });

  test("opens for nobody else, and not once a sign of it is another", () => {
    const { seal, open } = createSeals([now]);
    const sealed = seal("a secret", "totp ada");
    expect(open(sealed, "totp eve")).toBeUndefined();
    const bytes = Buffer.from(sealed.split(".")[2] ?? "", "base64url");
    for (const at of [0, 12, bytes.length - 1]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      expect(open(`s1.${now.id}.${damaged.toString("base64url")}`, "totp ada")).toBeUndefined();
    }
    for (const none of ["", "s1", `s1.${now.id}.`, `s1.${now.id}.AAAA`, sealed.replace("s1.", "s2.")])
      expect(open(none, "totp ada")).toBeUndefined();
  });

  test("opens after a change of the secret while the old one is given, and is sealed with the new one", () => {
    const old = createSeals([before]).seal("a secret", "totp ada");
    const both = createSeals([now, before]);
    expect(both.open(old, "totp ada")).toBe("a secret");
    expect(createSeals([now]).open(old, "totp ada")).toBeUndefined();
    expect(createSeals([now]).open(both.seal("a secret", "totp ada"), "totp ada")).toBe("a secret");
    expect(now.id).not.toBe(before.id);
  });
});

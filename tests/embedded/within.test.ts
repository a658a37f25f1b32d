import { describe, expect, test } from "bun:test";
import { TooLate, within } from "../../db/deadline";

const never = new Promise<never>(() => undefined);
const afterMilliseconds = (milliseconds: number, act: () => void) => Bun.sleep(milliseconds).then(act);

describe("work with a time limit", () => {
  test("gives what the work gives, and the failure of work that fails", async () => {
    expect(await within(1000, Promise.resolve("done"))).toBe("done");
    await expect(within(1000, Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  });

  test("ends with TooLate, or the error that the caller makes, when the time is up", async () => {
    await expect(within(5, never)).rejects.toBeInstanceOf(TooLate);
    await expect(within(5, never, () => new Error("silent"))).rejects.toThrow("silent");
    await expect(within(-1, never)).rejects.toBeInstanceOf(TooLate);
  });

  test("leaves the work going, and a failure that comes later is no unhandled one", async () => {
    let ended = false;
    const work = afterMilliseconds(20, () => {
      ended = true;
      throw new Error("nobody waits for this");
    });
    expect(await within(5, work).catch((error) => error)).toBeInstanceOf(TooLate);
    await Bun.sleep(40);
    expect(ended).toBe(true);
  });
});

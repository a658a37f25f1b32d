import { expect, test } from "bun:test";
import { createPictures } from "../../src/guard/pictures";
import { TooBusy } from "../../src/http/problem";
import { stripes } from "../support/pictures";

test("of many pictures at once four are made, and who sent the others is told to try again", async () => {
  const pictures = createPictures();
  const make = () =>
    pictures.make(stripes()).then(
      () => "made",
      (error) => error,
    );
  const [tooBusy, all] = [expect.any(TooBusy), await Promise.all(Array.from({ length: 6 }, make))];
  expect(all).toEqual(["made", "made", "made", "made", tooBusy, tooBusy]);
  expect(await make()).toBe("made");
});

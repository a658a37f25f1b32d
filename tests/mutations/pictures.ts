import { mutationsOf } from "./mutation";

const sent = "everywhere/picture";

/** Pictures that strangers send. */
export const ofPictures = [
  ...mutationsOf("src/guard/pictures.ts", [
    ["if (waiting >= mostWaiting) throw new TooBusy();", "", "embedded/pictures"],
  ]),
  ...mutationsOf("src/http/upload.ts", [
    ["if (isTwice || ", "if (", sent],
    [" || !fields.keys().every((name) => name === field || besides.includes(name))", "", sent],
    ["if (file.size > largestFile) return", "if (file.size < 0) return", sent],
    ['body.problem === "too_large" ? refused("picture_too_large") : body', "body", sent],
  ]),
  ...mutationsOf("src/pages/account/picture.ts", [["if (older) return done(older);", "", sent]]),
  ...mutationsOf("src/guard/picture-worker.ts", [
    ['!["png", "jpeg", "webp"].includes(format) || ', "", sent],
    [" || isCutOff(format, bytes)", "", sent],
    ["if (Math.max(width, height) > longestSide)", "if (false)", sent],
    ['format === "jpeg" && scansIn(bytes) * width * height > mostWalked', "!format", sent],
  ]),
];

import { mutationsOf } from "./mutation";

const sent = "everywhere/picture";

/** Pictures that strangers send. */
export const ofPictures = [
  ...mutationsOf("src/guard/pictures.ts", [
    ["if (waiting >= mostWaiting) throw new TooBusy();", "", "embedded/pictures"],
  ]),
  ...mutationsOf("src/guard/picture-worker.ts", [
    ['!["png", "jpeg", "webp"].includes(format) || ', "", sent],
    [" || isCutOff(format, bytes)", "", sent],
    ['format === "jpeg" && scansIn(bytes) * width * height > mostWalked', "!format", sent],
  ]),
];

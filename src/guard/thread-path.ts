import { isOneFile } from "../../db/own-path";

/** Where the program of a thread is, by the name of its file in this folder; in one file it is an entry of its own. */
export const threadPath = (name: string): string =>
  new URL(isOneFile ? `./guard/${name}.js` : `./${name}.ts`, import.meta.url).href;

import { writeFileSync } from "node:fs";

/**
 * To be preloaded by the program: at SIGUSR2 it writes which modules are loaded into the file that LOADED_MODULES
 * names, a path to a line.
 */

process.on("SIGUSR2", () => writeFileSync(process.env.LOADED_MODULES ?? "", Object.keys(require.cache).join("\n")));

import { version as own } from "../package.json" with { type: "json" };

/** The version of the program, as package.json says it. */
export const version: string = own;

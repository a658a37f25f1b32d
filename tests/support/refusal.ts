import { StartRefused } from "../../db/refusal";
import { readConfig } from "../../src/settings/config";

/** The lines with which these settings refuse to start; none when they are in order. */
export function refusalOf(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof StartRefused) return error.message.split("\n");
    throw error;
  }
}

import Bowser from "bowser";
import type { DeviceKind } from "../../views/account-sessions";
import type { Words } from "../../views/words";

/* Loaded where a device is named: Bowser has tables of all browsers, which a start does without. */

/** What to call the device behind a `User-Agent` header: "Safari on iPhone", "curl (program)". */
export function deviceName(userAgent: string | null, words: Words): string {
  const program = programIn(userAgent);
  if (program !== undefined) return words.sessions.program(program);
  const { browser, system } = parsed(userAgent);
  if (browser === undefined) return words.sessions.unknownDevice;
  return system === undefined ? browser : words.sessions.on(browser, system);
}

/** What sort of thing it is; undefined where its header does not tell. */
export function deviceKind(userAgent: string | null): DeviceKind | undefined {
  if (programIn(userAgent) !== undefined) return "program";
  return kinds[parsed(userAgent).platform ?? ""];
}

const kinds: Record<string, DeviceKind> = { desktop: "computer", mobile: "phone", tablet: "tablet" };

interface Parsed {
  browser?: string;
  system?: string;
  platform?: string;
}

/**
 * Of a browser that it does not know, Bowser takes the name from the header: whoever signs in could write our mails. So
 * only names that Bowser itself has are believed.
 */
function parsed(userAgent: string | null): Parsed {
  if (!userAgent) return {};
  const { browser, os, platform } = Bowser.parse(userAgent);
  if (!isKnownName(Bowser.BROWSER_MAP, browser.name)) return {};
  const model = platform.model ?? "";
  const system = isKnownName(Bowser.OS_MAP, os.name) ? os.name : undefined;
  return {
    browser: browser.name,
    system: models.has(model) ? model : (plainNames[system ?? ""] ?? system),
    platform: platform.type,
  };
}

/** Devices that people call by their model. */
const models = new Set(["iPhone", "iPad"]);
const plainNames: Record<string, string> = { macOS: "Mac" };

const isKnownName = (names: Record<string, string>, name: string | undefined): name is string =>
  name !== undefined && Object.values(names).includes(name);

/** The program that names itself first in the header, when it is one of those that people use. */
const programIn = (userAgent: string | null): string | undefined =>
  /^(curl|Wget|HTTPie|PostmanRuntime|python-requests|python-httpx|aiohttp|node|Bun|Deno|okhttp|Go-http-client)\b/i.exec(
    userAgent ?? "",
  )?.[1];

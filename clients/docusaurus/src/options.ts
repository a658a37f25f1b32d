/** What is written beside the plugin's name in `docusaurus.config`. */
export interface Options {
  /** Where Gatehouse answers: scheme, host and port, such as `https://login.example.com`. */
  url: string;
}

export const name = "docusaurus-plugin-gatehouse";

/** The options as they are used. Throws with one sentence that says what to write instead. */
export function checkedOptions(given: unknown): Options {
  const options: Record<string, unknown> = typeof given === "object" && given !== null ? { ...given } : {};
  const unknown = Object.keys(options).filter((key) => key !== "url" && key !== "id");
  if (unknown.length > 0)
    throw refusal(`has no option ${unknown.map((key) => `"${key}"`).join(", ")}. There is one: ${example}`);
  if (options.id !== undefined && options.id !== "default") throw refusal('can be there once only. Remove its "id".');
  if (options.url === undefined || options.url === "") throw refusal(`needs the address of your Gatehouse: ${example}`);
  return { url: originOf(options.url) };
}

function originOf(text: unknown): string {
  const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw refusal(`cannot use ${JSON.stringify(text)} as "url": it is no web address. Write ${example}`);
  if (url.username || url.password)
    throw refusal(`puts "url" into every page: a name and a password have no place in it. Write "${url.origin}".`);
  if (url.pathname !== "/" || url.search || url.hash)
    throw refusal(`takes a "url" without a path, because Gatehouse has a host of its own. Write "${url.origin}".`);
  if (url.protocol === "http:" && !isLoopback(url.hostname))
    throw refusal(`takes http on this machine only. Write "https://${url.host}".`);
  return url.origin;
}

/** A copy of db/loopback.ts: the plugin is a package of its own, and takes nothing from the server. */
const isLoopback = (hostname: string) => /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);

const example = `{ url: "https://login.example.com" }.`;

const refusal = (sentence: string) => new Error(`${name} ${sentence}`);

import { parse } from "node-html-parser";
import { untilFound } from "./until";

/** The text of the newest mail to an address, as /dev/mail shows it; waits until one with `subject` in it is there. */
export async function mailTo(origin: string, address: string, subject = ""): Promise<string> {
  const look = async () => {
    const page = parse(await (await fetch(`${origin}/dev/mail`)).text());
    return page
      .querySelectorAll("article")
      .find(
        (article) => article.text.includes(`To ${address} `) && article.querySelector("h2")?.text.includes(subject),
      );
  };
  const mail = await untilFound(`a mail "${subject}" arrived at ${address}`, look, { every: 20 });
  return mail.querySelector("pre")?.text ?? "";
}

/** The six digits in a mail. */
export const codeIn = (mail: string): string => (/^\s*(\d{6})\s*$/m.exec(mail) ?? [])[1] ?? "";

/** The link in a mail that leads to a path, without its origin. */
export const linkIn = (mail: string, path: string): string =>
  new RegExp(`https?://[^/\\s]+(${path}\\?token=[\\w-]+)`).exec(mail)?.[1] ?? "";

import { DevMailPage } from "../../views/dev-mail";
import { guardsOfPages } from "../http/guards";
import { page, previewOfMail } from "../http/html";
import type { Inbox } from "../mail/inbox";
import { routesOf, type PageServices } from "./services";

/**
 * `/dev/mail`: in local mode, the mails that would have been sent, as they would look. For this machine only: whoever
 * reads the mails has every account, so to a neighbour on the network, or through a tunnel, there is no such page.
 */
export function devMailPage({ config, frame, answerProblem }: PageServices, inbox: Inbox, script: string) {
  const policy = `${guardsOfPages(config)["content-security-policy"]}; frame-src 'self'`; // the mail beside the list
  const mails = () => inbox.mails().map((mail) => ({ ...mail, id: mail.messageId.slice(1).split("@")[0] ?? "" }));
  const shown = () => mails().map((mail) => ({ ...mail, code: codeIn(mail.text) }));
  return routesOf("dev-mail")
    .onBeforeHandle(({ visit }) => {
      if (!visit.isAtThisMachine) return answerProblem(visit, { problem: "not_found" });
    })
    .get("/dev/mail", async ({ visit }) => {
      const answer = await page(DevMailPage({ frame: frame(visit), script, mails: shown() }));
      answer.headers.set("content-security-policy", policy);
      return answer;
    })
    .get("/dev/mail/:id", ({ visit, params }) => {
      const mail = mails().find(({ id }) => id === params.id);
      return mail ? previewOfMail(mail.html) : answerProblem(visit, { problem: "not_found" });
    });
}

/** The six digits that stand in a line of their own. */
const codeIn = (text: string) => /^ {4}(\d{6})$/m.exec(text)?.[1];

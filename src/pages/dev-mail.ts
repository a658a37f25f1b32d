import { DevMailPage } from "../../views/dev-mail";
import { page, previewOfMail } from "../http/html";
import type { Inbox } from "../mail/inbox";
import { routesOf, type PageServices } from "./services";

/**
 * `/dev/mail`: in local mode, the mails that would have been sent, as they would look. For this machine only: whoever
 * reads the mails has every account, so to a neighbour on the network, or through a tunnel, there is no such page.
 */
export function devMailPage({ frame, answerProblem }: PageServices, inbox: Inbox) {
  const mails = () => inbox.mails().map((mail) => ({ ...mail, id: mail.messageId.slice(1).split("@")[0] ?? "" }));
  return routesOf("dev-mail")
    .onBeforeHandle(({ visit }) => {
      if (!visit.isAtThisMachine) return answerProblem(visit, { problem: "not_found" });
    })
    .get("/dev/mail", ({ visit }) => page(DevMailPage({ frame: frame(visit), mails: mails() })))
    .get("/dev/mail/:id", ({ visit, params }) => {
      const mail = mails().find(({ id }) => id === params.id);
      return mail ? previewOfMail(mail.html) : answerProblem(visit, { problem: "not_found" });
    });
}

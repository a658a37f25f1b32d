import { Elysia } from "elysia";
import { DevMailPage } from "../../views/dev-mail";
import { isAtThisMachine } from "../http/client";
import { page, previewOfMail } from "../http/html";
import type { Inbox } from "../mail/inbox";
import type { PageNeeds } from "./needs";

/**
 * `/dev/mail`: in local mode, the mails that would have been sent, as they would look. For this machine only: whoever
 * reads the mails has every account, so to a neighbour on the network, or through a tunnel, there is no such page.
 */
export function devMailPage({ frame, answerProblem }: PageNeeds, inbox: Inbox) {
  const mails = () => inbox.mails().map((mail) => ({ ...mail, id: mail.messageId.slice(1).split("@")[0] ?? "" }));
  return new Elysia({ name: "page/dev-mail" })
    .onBeforeHandle(({ request }) => {
      if (!isAtThisMachine(request.headers)) return answerProblem(request, { problem: "not_found" });
    })
    .get("/dev/mail", ({ request }) => page(DevMailPage({ frame: frame(request), mails: mails() })))
    .get("/dev/mail/:id", ({ request, params }) => {
      const mail = mails().find(({ id }) => id === params.id);
      return mail ? previewOfMail(mail.html) : answerProblem(request, { problem: "not_found" });
    });
}

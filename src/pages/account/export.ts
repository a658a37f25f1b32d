import { AccountExportPage } from "../../../views/account-export";
import { deletionOf } from "../../account/deletion";
import { startExport } from "../../account/export";
import { jsonFile, page, seeOther } from "../../http/html";
import { noticeIn } from "../../http/return-to";
import { rawBody, routesOf, type PageServices } from "../services";
import { forOwner, onOwnerForm, requireFreshSignIn, type OwnerPost } from "./owner";

const path = "/account/export";

/** `/account/export`: everything that is kept about you, as a file, once you have proved that it is you. */
export function exportPage(services: PageServices) {
  return routesOf("account/export")
    .get(
      path,
      forOwner((visit) => {
        const notice = noticeIn(visit.request, ["export_ready"]);
        return page(AccountExportPage({ frame: services.frame(visit), notice }));
      }),
    )
    .post(
      path,
      onOwnerForm(services, (post) => download(post, services)),
      rawBody,
    );
}

async function download(post: OwnerPost, services: PageServices) {
  const { visit, current } = post;
  const fresh = await requireFreshSignIn(services, post, { fields: [], purpose: "export" });
  if (fresh instanceof Response) return fresh;
  if (fresh.isNew) {
    const isClosing = await deletionOf(services.database, current.userId);
    return seeOther(visit, isClosing ? "/account/delete" : `${path}?notice=export_ready`);
  }
  const started = await startExport(services, visit, current.userId);
  return started.ok ? jsonFile("your-data.json", started.value) : services.answerProblem(visit, started);
}

import { AccountExportPage } from "../../../views/account-export";
import { startExport } from "../../account/export";
import { page, withCookies } from "../../http/html";
import { rawBody, routesOf, type PageServices } from "../services";
import { forOwner, onOwnerForm, requireFreshSignIn, type OwnerPost } from "./owner";

const path = "/account/export";

/** `/account/export`: everything that is kept about you, as a file. */
export function exportPage(services: PageServices) {
  return routesOf("account/export")
    .get(
      path,
      forOwner((visit) => page(AccountExportPage({ frame: services.frame(visit) }))),
    )
    .post(
      path,
      onOwnerForm(services, (post) => download(post, services)),
      rawBody,
    );
}

const asFile = {
  "content-type": "application/json; charset=utf-8",
  "content-disposition": 'attachment; filename="your-data.json"',
  "cache-control": "no-store",
};

async function download(post: OwnerPost, services: PageServices) {
  const { visit, current } = post;
  const fresh = await requireFreshSignIn(services, post, { fields: [], download: true });
  if (fresh instanceof Response) return fresh;
  const started = await startExport(services, visit, current.userId);
  const answer = started.ok
    ? new Response(started.value, { headers: asFile })
    : await services.answerProblem(visit, started);
  return withCookies(answer, fresh.cookies);
}

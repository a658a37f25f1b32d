import { Elysia } from "elysia";
import { AccountExportPage } from "../../../views/account-export";
import { exportOf } from "../../account/export";
import { page, withCookies } from "../../html";
import type { PageNeeds } from "../needs";
import { forOwner, prove, readAct } from "./act";

const path = "/account/export";

/** `/account/export`: everything that is kept about you, as a file. */
export function exportPage(needs: PageNeeds) {
  const { frame } = needs;
  return new Elysia({ name: "page/account/export" })
    .get(path, forOwner(needs, (request) => page(AccountExportPage({ frame: frame(request) }))))
    .post(path, ({ request }) => download(request, needs), { parse: "none" });
}

async function download(request: Request, needs: PageNeeds) {
  const act = await readAct(request, needs);
  if (act instanceof Response) return act;
  const proof = await prove(request, needs, act, { fields: [], download: true });
  if (proof instanceof Response) return proof;
  const everything = await exportOf(needs.account, act.signedIn.user.id, act.client);
  const headers = new Headers({ "content-type": "application/json; charset=utf-8", "content-disposition": 'attachment; filename="your-data.json"', "cache-control": "no-store" });
  return withCookies(new Response(JSON.stringify(everything, null, 2), { headers }), proof.cookies);
}

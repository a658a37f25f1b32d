import { Elysia } from "elysia";
import { AccountExportPage } from "../../../views/account-export";
import { startExport } from "../../account/export";
import { page, withCookies } from "../../http/html";
import type { PageNeeds } from "../needs";
import { forOwner, prove, readAct } from "./act";

const path = "/account/export";

/** `/account/export`: everything that is kept about you, as a file. */
export function exportPage(needs: PageNeeds) {
  const { frame } = needs;
  return new Elysia({ name: "page/account/export" })
    .get(
      path,
      forOwner(needs, (request) => page(AccountExportPage({ frame: frame(request) }))),
    )
    .post(path, ({ request }) => download(request, needs), { parse: "none" });
}

const asFile = {
  "content-type": "application/json; charset=utf-8",
  "content-disposition": 'attachment; filename="your-data.json"',
  "cache-control": "no-store",
};

async function download(request: Request, needs: PageNeeds) {
  const act = await readAct(request, needs);
  if (act instanceof Response) return act;
  const proof = await prove(request, needs, act, { fields: [], download: true });
  if (proof instanceof Response) return proof;
  const everything = await startExport(needs.account, act.signedIn.user.id, act.client);
  const answer =
    everything instanceof ReadableStream
      ? new Response(everything, { headers: asFile })
      : await needs.answerProblem(request, everything);
  return withCookies(answer, proof.cookies); // the proof has made a new session of this one
}

import { pictureNamed } from "../account/picture";
import { routesOf, type PageServices } from "./services";

/**
 * `/pictures/:file`: a picture that a user has uploaded, for whoever was told its address, and for pages of any site.
 * It never changes: another picture has another address.
 */
export const picturesPage = ({ database, answerProblem }: PageServices) =>
  routesOf("pictures").get("/pictures/:file", async ({ visit, params }) => {
    const [, name] = /^([\w-]{43})\.webp$/.exec(params.file) ?? [];
    const webp = name && (await pictureNamed(database, name));
    return webp ? new Response(webp, { headers }) : answerProblem(visit, { problem: "not_found" });
  });

const headers = {
  "content-type": "image/webp",
  "x-content-type-options": "nosniff",
  // Opened as a page, it does nothing.
  "content-security-policy": "default-src 'none'; sandbox",
  "cross-origin-resource-policy": "cross-origin",
  "cache-control": "public, max-age=31536000, immutable",
};

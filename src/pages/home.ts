import { Elysia } from "elysia";
import { seeOther } from "../http/html";
import { homePath, type PageNeeds } from "./needs";

/** `/`: on to the account, or to the sign-in page. */
export function homePage({ check }: PageNeeds) {
  return new Elysia({ name: "page/home" }).get("/", async ({ request }) => {
    const signedIn = await check(request.headers.get("cookie"));
    return seeOther(request, signedIn ? homePath : "/sign-in");
  });
}

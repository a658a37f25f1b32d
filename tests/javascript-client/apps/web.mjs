import { Refused } from "gatehouse-js";
import { gatehouseOf, pages } from "./pages.mjs";

/** The app for whatever hands over a `Request`. */
export function handlerOf(environment) {
  const gatehouse = gatehouseOf(environment);
  return async (request) => {
    const { pathname } = new URL(request.url);
    try {
      if (pathname === "/home") return Response.json((await gatehouse.who(request))?.user.email ?? "nobody");
      return Response.json((await gatehouse.require(request, pages[pathname])).user.email);
    } catch (error) {
      if (error instanceof Refused) return error.toResponse();
      throw error;
    }
  };
}

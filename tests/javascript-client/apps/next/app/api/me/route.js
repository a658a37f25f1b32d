import { Refused } from "gatehouse-js";
import { gatehouse } from "../../../gatehouse.js";

async function me(request) {
  try {
    return Response.json((await gatehouse.check(request)).user.email);
  } catch (error) {
    if (error instanceof Refused) return error.toResponse();
    throw error;
  }
}

export { me as GET, me as POST };

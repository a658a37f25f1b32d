import { Refused } from "gatehouse-js";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { gatehouse } from "./gatehouse.js";

export async function callerHere(method = "GET") {
  try {
    return await gatehouse.check({ method, headers: await headers() });
  } catch (error) {
    if (error instanceof Refused && error.url) redirect(error.url);
    throw error; // Next's own page for errors
  }
}

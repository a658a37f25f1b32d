import { signedIn } from "gatehouse-js/next";
import { gatehouse } from "./gatehouse.js";

export const proxy = signedIn(gatehouse);
export const config = { matcher: "/inside" };

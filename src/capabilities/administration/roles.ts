import type { Role } from "./people/act";

/** Where the administration is, for whoever has a role. */
export const adminPath = "/admin";

/** Whether a text is the name of a role. */
export const isRole = (text: string): text is Role => text === "admin" || text === "support";

/** Where the administration is, for whoever has a role. */
export const adminPath = "/admin";

/** What a user may do for others. */
export type Role = "admin" | "support";

/** Whether a text is the name of a role. */
export const isRole = (text: string): text is Role => text === "admin" || text === "support";

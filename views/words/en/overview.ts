import { month } from "./times";

/** What the first page of the account says. */
export const overview = {
  security: "Security",
  confirmed: "Confirmed",
  unconfirmed: "Not confirmed",
  changed: "Changed",
  change: "Change",
  noPassword: "No password",
  review: "Review",
  reviewDevices: "Review devices",
  devices: (count: number) => (count === 1 ? "1 device signed in" : `${count} devices signed in`),
  since: (date: Date, timeZone?: string) => `here since ${month(date, timeZone)}`,
  recent: "Recent activity",
  allActivity: "All activity",
};

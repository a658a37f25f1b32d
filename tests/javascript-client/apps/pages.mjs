import { createGatehouse } from "gatehouse-js";

/** What every app serves: a path for each demand, where the caller's address is told to whoever meets it. */
export const pages = {
  "/me": {},
  "/admin": { role: "admin" },
  "/proven": { fresh: true },
  "/confirmed": { emailVerified: true },
  "/guarded": { secondFactor: true },
};

/** The client of an app, before the Gatehouse that its environment names. */
export const gatehouseOf = ({ GATEHOUSE_URL, DEADLINE_SECONDS = "0.8", LIVE_KEY }) =>
  createGatehouse({
    url: GATEHOUSE_URL,
    allowedOrigins: ["https://docs.example.com"],
    deadlineSeconds: Number(DEADLINE_SECONDS),
    ...(LIVE_KEY && { liveKey: LIVE_KEY }),
    log: () => {},
  });

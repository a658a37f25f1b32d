import { createGatehouse } from "gatehouse-js";

export const gatehouse = createGatehouse({
  url: process.env.GATEHOUSE_URL,
  allowedOrigins: ["https://docs.example.com"],
  log: () => {},
});

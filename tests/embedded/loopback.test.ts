import { expect, test } from "bun:test";
import { isLoopback } from "../../db/loopback";

test("names and addresses of this machine are told from all others", () => {
  const here = ["localhost", "app.localhost", "127.0.0.1", "127.9.9.9", "::1", "[::1]"];
  expect(here.filter((host) => !isLoopback(host))).toEqual([]);
  const elsewhere = [
    "localhost.example.com",
    "notlocalhost",
    ".localhost",
    "127.0.0.1.example.com",
    "127.1",
    "::2",
    "",
  ];
  expect(elsewhere.filter(isLoopback)).toEqual([]);
});

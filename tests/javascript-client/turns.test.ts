import { expect, test } from "bun:test";
import { openLine, type Question } from "../../clients/javascript/src/line";
import { until } from "../support/until";

/** How many questions are under way at once: a `fetch` that does not listen to `signal` holds no place for ever. */

const question: Question = { path: "/", headers: {} };
const never = () => new Promise<Response>(() => {});
const reasonOf = (asked: Promise<unknown>) => asked.then(() => "answered", String);

test("a question that is not answered in time gives its place to the next", async () => {
  let fetch = never;
  const terms = { deadlineSeconds: 0.2, longestBody: 1000, connections: 2 };
  const line = openLine({ url: "http://gatehouse", fetch: () => fetch() }, terms);
  const ask = () => reasonOf(line(question));
  const late = "Unavailable: no answer in time";
  expect(await Promise.all([ask(), ask()])).toEqual([late, late]);
  fetch = async () => new Response("{}");
  expect(await Promise.all(Array.from({ length: 5 }, ask))).toEqual(Array.from({ length: 5 }, () => "answered"));
});

test("a question that is given up while it waits is not put, and takes nobody's turn", async () => {
  const started: string[] = [];
  const answers: (() => void)[] = [];
  const fetch = (url: string) => {
    started.push(url);
    return new Promise<Response>((resolve) => answers.push(() => resolve(new Response("{}"))));
  };
  const line = openLine({ url: "", fetch }, { deadlineSeconds: 5, longestBody: 1000, connections: 1 });
  const giver = new AbortController();
  const first = line({ ...question, path: "/first" });
  const waiting = Array.from({ length: 20 }, () => reasonOf(line({ ...question, signal: giver.signal })));
  const last = line({ ...question, path: "/last" });
  giver.abort();
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(["Unavailable: closed"]));
  answers[0]?.();
  await first;
  await until("the last one is put", () => started.length > 1);
  answers[1]?.();
  await last;
  expect(started).toEqual(["/first", "/last"]);
});

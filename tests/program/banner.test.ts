import { expect, test } from "bun:test";
import { readConfig } from "../../src/settings/config";
import { startProgram } from "../support/program";

/** What a start says: to people in words, to programs as JSON. */

/** What the program has printed when it is ready, and then ended. */
async function saidAtStart(settings: Record<string, string>) {
  const program = await startProgram(settings);
  let text = "";
  const reader = program.process.stdout.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    text += new TextDecoder().decode(read.value);
    if (/is ready at[^]*\n\n|"started"/.test(text)) break;
  }
  await program.remove();
  return { text, ...program };
}

test("a start for people names the address, the mode, the database, the mails and what to set next", async () => {
  const { text, origin, dataDirectory } = await saidAtStart({ GATEHOUSE_LOG: "text" });
  for (const said of [
    /Gatehouse \d+\.\d+\.\d+ is ready at /,
    origin,
    "Mode       local",
    `Database   embedded, in ${dataDirectory}`,
    `Mails      ${origin}/dev/mail`,
    "Next       set BETTER_AUTH_URL",
  ])
    expect(text).toMatch(said);
  expect(text).not.toContain('"event":"started"');
});

test("what to set next is all that production requires", async () => {
  const { text } = await saidAtStart({ GATEHOUSE_LOG: "text" });
  const next = /Next .*/.exec(text)?.[0];
  let refusal = "";
  try {
    readConfig({ BETTER_AUTH_URL: "https://login.example.com" });
  } catch (error) {
    refusal = String(error);
  }
  const required = [...refusal.matchAll(/([A-Z_]+): required in production/g)].map(([, name = ""]) => name);
  expect(required.length).toBeGreaterThan(2);
  for (const name of ["BETTER_AUTH_URL", ...required]) expect(next).toContain(name);
});

test("a start that no terminal reads is a line of JSON", async () => {
  const { text } = await saidAtStart({});
  expect(text).toContain('"event":"started"');
  expect(text).not.toContain("is ready at");
});

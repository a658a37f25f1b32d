import { expect, test } from "bun:test";
import { Ajv2020 } from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { join } from "node:path";
import { z } from "zod";
import { person } from "../../src/import/person";
import { read } from "./files";

/** What docs/import.schema.json says of a line is what a line is checked with. */

const schema: object = JSON.parse(read("docs/import.schema.json"));

test("the schema of our own format is the one that lines are checked with", () => {
  const made = z.toJSONSchema(person, {
    io: "input",
    override({ jsonSchema }) {
      if (jsonSchema.format === "date-time") delete jsonSchema.pattern; // a page of digits that says the same
      if (jsonSchema.maxLength === 254) delete jsonSchema.pattern; // JSON Schema knows none for capitals too
    },
  });
  expect(schema).toEqual({ title: "A person to be imported", ...made });
});

test("lines of our own format are right by the schema, and others are not", async () => {
  const ajv = new Ajv2020();
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  const file = Bun.file(join(import.meta.dir, "../fixtures/import/jsonl.jsonl"));
  for (const line of (await file.text()).trim().split("\n"))
    expect([validate(JSON.parse(line)), validate.errors]).toEqual([true, null]);
  for (const other of [{}, { email: "a@example.org", password: "x" }, { email: "a@example.org", createdAt: "today" }])
    expect(validate(other)).toBe(false);
});

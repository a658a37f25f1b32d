import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";

/** As much of an OpenAPI document as its tests look at. */
export type Document = {
  info: { description: string };
  paths: Record<string, Record<string, { responses: Record<string, Described> }>>;
  components: { schemas: Record<string, object> };
};

interface Described {
  headers?: Record<string, { schema: object }>;
  content?: Record<string, { schema: object }>;
}

/** An answer to a question. */
export interface Answered {
  method: string;
  path: string;
  status: number;
  headers: Record<string, string>;
  /** Headers that it must not have. */
  absentHeaders?: string[];
  /** Null when it is empty. */
  body: unknown;
}

/** What the document does not say of an answer, in words; empty when it describes all of it. */
export function describedBy(document: Document, answered: Answered): string[] {
  const { method, path, status, headers, absentHeaders = [], body } = answered;
  const described = document.paths[path.split("?")[0] ?? ""]?.[method.toLowerCase()]?.responses[status];
  if (!described) return [`no ${status} for ${method} ${path}`];
  const { headers: known = {}, content } = described;
  const named = Object.entries(headers).filter(([name]) => !guards.test(name) && name !== "content-type");
  const type = headers["content-type"]?.split(";")[0] ?? Object.keys(content ?? {})[0] ?? "";
  return [
    ...named.flatMap(([name, value]) => problemsOf(document, known[name]?.schema, valueOf(value, known[name]?.schema))),
    ...absentHeaders.filter((name) => name === "set-cookie" && known[name]),
    ...(body === null ? (content ? ["no body"] : []) : problemsOf(document, content?.[type]?.schema, body)),
  ];
}

/** Everything that the document describes: `GET /api/session 200`. */
export const statusesOf = ({ paths }: Document): string[] =>
  Object.entries(paths)
    .flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.keys(responses).map((status) => `${method.toUpperCase()} ${path} ${status}`),
      ),
    )
    .sort();

/** What is sent with every answer for the sake of browsers, and says nothing about this one. */
const guards =
  /^(content-security-policy|cross-origin-resource-policy|strict-transport-security|x-content-type-options)$/;

/** In strict mode, in which a keyword that it does not know is an error. */
const ajv = addFormats(new Ajv2020({ keywords: ["components"] }));

/** A number where the schema has one: as a header it is text. */
const valueOf = (value: string, schema: object = {}) =>
  "type" in schema && schema.type === "integer" ? Number(value) : value;

function problemsOf({ components }: Document, schema: object | undefined, value: unknown): string[] {
  if (!schema) return [`nothing is said of ${JSON.stringify(value)}`];
  const isValid = ajv.validate(closed({ ...schema, components }), value);
  return isValid ? [] : [ajv.errorsText()];
}

/** Clients are to ignore fields that they do not know; here each field must be described. */
const closed = (schema: unknown): object =>
  JSON.parse(JSON.stringify(schema), (_, part) => (part?.properties ? { ...part, additionalProperties: false } : part));

import * as z from "zod";
import { idPattern } from "../process/log";
import { corsGrant, commonHeaders, preflightGrant } from "../session/api";
import { keyWanted, problems } from "../session/answers";
import { proxyHeaders } from "../session/forward-auth";
import { changesAnswer, problemAnswer, sessionAnswer, type ProblemAnswer } from "../session/schemas";
import { meanings, rules, rulesOfChanges } from "./openapi-words";
import { changesPath } from "./paths";
import { statusOf } from "./problem";

/** This Gatehouse, as far as the description depends on its settings. */
interface Described {
  /** The public address. */
  origin: string;
  /** The name of the session's cookie. */
  cookieName: string;
  /** Whether backends with a key are told what changed. */
  tellsChanges: boolean;
}

/** The OpenAPI 3.1 document: what each answer has, from the schemas and texts that the answers are made of. */
export const openApiOf = ({ origin, cookieName, tellsChanges }: Described) => ({
  openapi: "3.1.0",
  // The version of the API: which program answers is told to nobody who need not know.
  info: { title: "Gatehouse: session API", version: "1", description: rules },
  servers: [{ url: origin }],
  security: [{ session: [] }],
  paths: {
    "/api/session": { get: session, options: preflight },
    "/api/forward-auth": { get: forwardAuth },
    ...(tellsChanges && { [changesPath]: { get: changes } }),
  },
  components: {
    securitySchemes: {
      session: { type: "apiKey", in: "cookie", name: cookieName, description: meanings.cookie },
      ...(tellsChanges && { backend: { type: "http", scheme: "bearer", description: meanings.key } }),
    },
    schemas: {
      SessionAnswer: schemaOf(sessionAnswer),
      NoSession: schemaOfProblem(problems.noSession),
      SecondFactorNeeded: schemaOfProblem(problems.secondFactor),
      RoleNeeded: schemaOfProblem(problems.role),
      UnknownDemand: schemaOfProblem(problems.unknownDemand),
      Unavailable: schemaOfProblem(problems.unavailable),
      Refused: schemaOf(problemAnswer),
      ...(tellsChanges && { Changes: schemaOf(changesAnswer), KeyNeeded: schemaOfProblem(problems.keyNeeded) }),
    },
  },
});

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (name: string) => ({ "application/json": { schema: ref(name) } });
const oneOf = (...names: string[]) => ({ "application/json": { schema: { oneOf: names.map(ref) } } });
const text = (more: object = {}) => ({ schema: { type: "string", ...more } });

/** Headers that have always the same value. */
const always = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { ...text({ const: value }) }]));

const requestId = { "x-request-id": { description: meanings.requestId, ...text() } };
const retryAfter = { "retry-after": { description: "Seconds.", schema: { type: "integer", minimum: 1 } } };

/** With every answer of `/api/session`; the grant for trusted origins alone. */
const sessionHeaders = {
  ...always(commonHeaders),
  ...requestId,
  ...always(corsGrant("any", new Set(["any"]))),
  "access-control-allow-origin": text(),
};
const forwardHeaders = { ...always(proxyHeaders), ...requestId };

const edgeHeaders = { ...always({ "cache-control": "no-store" }), ...requestId };
/** Refused by the edge, whatever is asked. */
const refusals = Object.fromEntries(
  (["malformed", "too_large", "wrong_host", "broken"] as const).map((problem) => [
    statusOf(problem),
    { description: meanings[problem], headers: edgeHeaders, content: json("Refused") },
  ]),
);

/** What is answered where somebody who is signed in is asked for, and is not there. */
const notSignedIn = (headers: object) => ({
  401: { description: meanings.nobody, headers, content: json("NoSession") },
  503: { description: meanings.unavailable, headers: { ...headers, ...retryAfter }, content: json("Unavailable") },
  ...refusals,
});

const header = (name: string, description: string, schema: object = { type: "string" }) => ({
  ...{ name, in: "header", description, schema },
});
const idParameter = header("X-Request-Id", meanings.requestId, { type: "string", pattern: idPattern.source });

const session = {
  operationId: "getSession",
  summary: meanings.session,
  description: meanings.sessionRules,
  parameters: [idParameter, header("Origin", meanings.origin)],
  responses: {
    200: { description: meanings.signedIn, headers: sessionHeaders, content: json("SessionAnswer") },
    ...notSignedIn(sessionHeaders),
  },
};

const preflight = {
  operationId: "preflightSession",
  summary: meanings.preflight,
  security: [],
  parameters: [header("Origin", meanings.origin)],
  responses: {
    204: { description: meanings.granted, headers: { ...sessionHeaders, ...always(preflightGrant) } },
    ...refusals,
  },
};

const forwardAuth = {
  operationId: "forwardAuth",
  summary: meanings.forwardAuth,
  description: meanings.forwardAuthRules,
  parameters: [
    { name: "factors", in: "query", description: meanings.factors, schema: { enum: [1, 2], default: 1 } },
    { name: "role", in: "query", description: meanings.role, ...text() },
    ...["X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Uri"].map((name) => header(name, meanings.forwarded)),
    header("X-Forwarded-Method", meanings.forwardedMethod),
    idParameter,
  ],
  responses: {
    204: {
      description: meanings.passes,
      headers: {
        ...forwardHeaders,
        "x-user-id": text(),
        "x-user-email": { description: meanings.encoded, ...text() },
        "x-user-email-verified": { description: meanings.verified, ...text({ enum: ["true", "false"] }) },
        "x-user-roles": { description: meanings.roles, ...text() },
      },
    },
    302: {
      description: meanings.redirect,
      headers: { ...forwardHeaders, location: text({ format: "uri" }) },
    },
    ...notSignedIn(forwardHeaders),
    403: {
      description: meanings.tooLittle,
      headers: forwardHeaders,
      content: oneOf("SecondFactorNeeded", "RoleNeeded", "UnknownDemand"),
    },
  },
};

const changes = {
  operationId: "getChanges",
  summary: meanings.changes,
  description: rulesOfChanges,
  security: [{ backend: [] }],
  parameters: [{ name: "after", in: "query", description: meanings.after, ...text() }, idParameter],
  responses: {
    200: { description: meanings.changed, headers: edgeHeaders, content: json("Changes") },
    401: {
      description: meanings.keyNeeded,
      headers: { ...edgeHeaders, ...always(keyWanted) },
      content: json("KeyNeeded"),
    },
    503: {
      description: meanings.changesUnknown,
      headers: { ...edgeHeaders, ...retryAfter },
      content: json("Unavailable"),
    },
    ...refusals,
  },
};

/** A refusal with exactly this code; its words are an example. */
const schemaOfProblem = (problem: ProblemAnswer) => ({
  ...schemaOf(
    problemAnswer.extend({ error: problemAnswer.shape.error.extend({ code: z.literal(problem.error.code) }) }),
  ),
  examples: [problem],
});

/**
 * A schema as OpenAPI has it: open, because fields may be added, and without what only zod means by it.
 */
function schemaOf(schema: z.ZodType) {
  const { $schema, ...described } = z.toJSONSchema(schema, {
    io: "input",
    override: ({ jsonSchema }) => {
      delete jsonSchema.readOnly; // of the type in TypeScript
      if (jsonSchema.format) delete jsonSchema.pattern;
    },
  });
  return described;
}

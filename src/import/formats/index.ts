import { betterAuth } from "./better-auth";
import type { Format } from "./format";
import { django, fastapiUsers, laravel, rails, wordpress } from "./frameworks";
import { auth0, clerk, firebase, supabase } from "./hosted";
import { keycloak } from "./keycloak";

/** Our own: each line is a person as `person` has them. */
const jsonl: Format = { files: ["lines"], columns: ["email"], draftOf: (person) => ({ person }) };

/** Every format, by the name that is typed. */
export const formats: ReadonlyMap<string, Format> = new Map(
  Object.entries({
    jsonl,
    "better-auth": betterAuth,
    "neon-auth": betterAuth,
    supabase,
    clerk,
    auth0,
    firebase,
    django,
    "fastapi-users": fastapiUsers,
    laravel,
    rails,
    keycloak,
    wordpress,
  }),
);

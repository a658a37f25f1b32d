import { Secret } from "otpauth";
import { fromKeycloak } from "../../guard/foreign/sources";
import { flag, idIn, isRow, isThere, joined, list, not, object, text, time, type Row } from "../row";
import type { Format } from "./format";

/** A realm of Keycloak, or one of its files of users; accounts of services are no people. */
export const keycloak: Format = {
  files: ["document"],
  path: "$.users.*",
  columns: ["username"],
  draftOf(row) {
    if (isThere(row.serviceAccountClientId)) return undefined;
    const credentials = list(row.credentials).filter(isRow);
    const password = credentials.find(({ type }) => type === "password");
    const others = credentials.filter(({ type }) => type !== "password" && type !== "password-history");
    const totpSecret = others.map(totpSecretOf).find(isThere);
    return {
      person: {
        id: idIn(row.id),
        email: text(row.email),
        emailVerified: flag(row.emailVerified),
        name: joined(row.firstName, row.lastName) ?? text(row.username),
        createdAt: time(row.createdTimestamp),
        totpSecret,
        suspended: not(row.enabled),
      },
      password: password && fromKeycloak(password.credentialData, password.secretData),
      losesFactor: others.length > 0 && totpSecret === undefined,
    };
  },
};

/** Of codes as every authenticator app makes them; others would be wrong here. */
function totpSecretOf({ type, credentialData, secretData }: Row): string | undefined {
  const { subType, digits = 6, period = 30, algorithm = "HmacSHA1", secretEncoding } = object(credentialData);
  const { value } = object(secretData);
  const isUsual = subType === "totp" && digits === 6 && period === 30 && algorithm === "HmacSHA1";
  if (type !== "otp" || !isUsual || typeof value !== "string") return undefined;
  return secretEncoding === "BASE32" ? value : Secret.fromUTF8(value).base32;
}

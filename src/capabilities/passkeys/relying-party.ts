import { isNotNull, ne, and } from "drizzle-orm";
import { isLoopback } from "../../../db/loopback";
import { StartRefused } from "../../../db/refusal";
import type { Database } from "../../../db/types";
import type { Config } from "../../settings/config";
import { domainOf } from "../../settings/public-suffix";
import { readIn } from "./settings";
import { passkey } from "./tables";

/** Whom passkeys are made for. By the settings alone: a request's host could be anybody's. */
export interface RelyingParty {
  /** The domain, which a passkey keeps for ever. */
  id: string;
  name: string;
  /** Where the pages are that may use it. */
  origin: string;
}

type Address = Pick<Config, "origin" | "brand" | "own">;

/** The relying party: the domain that the settings name, else the host of the public address. */
export function relyingPartyOf({ origin, brand, own }: Address): RelyingParty {
  const { GATEHOUSE_PASSKEY_DOMAIN: id = new URL(origin).hostname } = readIn(own);
  return { id, name: brand.name, origin };
}

/** Why browsers make no passkeys for the domain that the settings name; undefined where they do. */
export function domainProblem(config: Address): string | undefined {
  const { id, origin } = relyingPartyOf(config);
  const { hostname } = new URL(origin);
  if (hostname === id) return undefined;
  if (!hostname.endsWith(`.${id}`))
    return (
      "GATEHOUSE_PASSKEY_DOMAIN: BETTER_AUTH_URL is not inside this domain, so browsers would refuse it. " +
      "Name the host of BETTER_AUTH_URL or a parent domain of it, or leave it out."
    );
  return isLoopback(id) || domainOf(id, { allowPrivateDomains: true }) !== null
    ? undefined
    : "GATEHOUSE_PASSKEY_DOMAIN: is a public suffix, and browsers make no passkeys for everybody under it. " +
        "Use a domain of your own, or leave it out.";
}

/**
 * Refuses a start whose settings would leave people with passkeys that work no more: those of another domain. The
 * operator may give such a domain up, by its name, so that it never happens by mistake.
 */
export async function refuseOrphans({ withoutDeadlines }: Database, config: Address): Promise<void> {
  const { id } = relyingPartyOf(config);
  const foreign = and(isNotNull(passkey.rpId), ne(passkey.rpId, id));
  const found = await withoutDeadlines((own) =>
    own.selectDistinct({ rpId: passkey.rpId }).from(passkey).where(foreign),
  );
  const { GATEHOUSE_PASSKEYS_GIVEN_UP: given = [] } = readIn(config.own);
  const orphaned = found.flatMap(({ rpId }) => (rpId === null || given.includes(rpId) ? [] : [rpId])).sort();
  if (orphaned.length === 0) return;
  throw new StartRefused(
    `BETTER_AUTH_URL: people have passkeys for ${orphaned.join(", ")}, and with these settings they are for ${id}, ` +
      "where the old ones do not work. Go back to the old address, or set GATEHOUSE_PASSKEY_DOMAIN to a domain that " +
      `holds both; or give the old ones up with GATEHOUSE_PASSKEYS_GIVEN_UP=${orphaned.join(",")}.`,
  );
}

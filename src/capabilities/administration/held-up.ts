import { isIP } from "node:net";
import { sql } from "drizzle-orm";
import { counted } from "../../../db/counted";
import { RefusedForNow } from "../../../db/refusal";
import { rowsOf } from "../../../db/transaction";
import type { Orm } from "../../../db/types";
import { operator, record } from "../../account/events";
import { email } from "../../guard/fields";
import { keysFrom } from "../../guard/keys";
import { wrongIn } from "../../guard/own-words";
import { coreLimits, rowsOfLimit, type Limit } from "../../guard/throttle";
import { clientKey, networkKey } from "../../http/client-key";
import { plain } from "../../settings/ip";
import type { Done, Given } from "../../process/acts";
import { typedIn } from "../../process/typed";
import { staffMail } from "./mail-limit";
import { words } from "./words";

/**
 * Who must wait before another try. The rows of limits tell nobody whose they are: they are found by the addresses of
 * whoever is asked about, or of whoever was held up or signed up within a day.
 */

/** The limits of one email address, or of one network. */
interface Whose {
  who: string;
  limits: Pick<Limit, "kind" | "key">[];
}

/** Somebody who is held up now. */
interface HeldUp {
  who: string;
  /** The kinds of the limits that hold them up. */
  limits: string[];
  /** Until the last of them ends. */
  seconds: number;
}

/** What `held-up` does: tells who must wait now, of all or of one; `--of` is an email address or an IP. */
export async function heldUp(given: Given, ...typed: string[]): Promise<Done> {
  const { of } = typedIn(typed).options;
  const { orm } = given.database;
  const asked = of === undefined ? await lately(orm) : await limitsOf(orm, of);
  const waiting = await waitingAmong(orm, rowsWith(given, asked));
  const said = waiting.map(
    ({ who, limits, seconds }) => `${who}  ${counted(seconds, "second", "seconds")}  ${limits.join(", ")}`,
  );
  return { said: said.length === 0 ? "Nobody is held up." : said.join("\n"), facts: { heldUp: waiting } };
}

/** What `let-go` does: forgets how often somebody tried, so that they need not wait. */
export async function letGo(given: Given, ...typed: string[]): Promise<Done> {
  const { values, options } = typedIn(typed);
  const [whom = ""] = values;
  const { reason = "" } = options;
  const wrong = wrongIn(reason);
  if (wrong) throw new RefusedForNow(words.en.problems[wrong]);
  return given.database.transactionWithoutDeadlines(async (inner) => {
    const asked = await limitsOf(inner, whom);
    const keys = [...rowsWith(given, asked).keys()];
    const gone = await rowsOf(
      inner,
      sql`delete from gatehouse.throttle where key = any(${textArray(keys)}) returning 1`,
    );
    if (gone.length === 0) return { said: "Nothing was counted against them.", facts: { counts: 0 } };
    const by = { actor: operator, reason };
    await record(inner, { email: whom.toLowerCase() }, { kind: "let_go", subject: whom.toLowerCase(), by });
    return { said: "They need not wait any more.", facts: { counts: gone.length } };
  });
}

/** The limits that count for an email address or an IP. Throws RefusedForNow for a text that is neither. */
async function limitsOf(orm: Orm, whom: string): Promise<Whose[]> {
  const address = email.safeParse(whom);
  if (address.success) return [await ofAccount(orm, address.data)];
  const ip = plain(whom.replace(/::\/(48|64)$/, "::")); // a network as it is listed
  if (isIP(ip) === 0) throw new RefusedForNow("Name an email address, or an IP address.");
  return ofNetworks([ip]);
}

/** With those of the browsers that the account knows, which are counted on their own. */
async function ofAccount(orm: Orm, address: string): Promise<Whose> {
  const known = sql`select hash from gatehouse.device d join "user" u on u.id = d.user_id where u.email = ${address}`;
  const devices = (await rowsOf<{ hash: string }>(orm, known)).map(({ hash }) => hash);
  const kinds = ["password", "code", "mail", "firstMail", "signIn"] as const;
  return {
    who: address,
    limits: [
      ...kinds.map((kind) => ({ kind, key: address })),
      staffMail(address),
      ...devices.map((hash) => ({ kind: "password" as const, key: `${address} ${hash}` })),
    ],
  };
}

/** A client's own, and its provider's block where that is another. */
function ofNetworks(ips: readonly string[]): Whose[] {
  const clients = ["client", "signUp", "strength"] as const;
  const networks = ["network", "signUpNetwork", "strengthNetwork"] as const;
  const limits = (kinds: readonly Limit["kind"][]) => (who: string) => ({
    who,
    limits: kinds.map((kind) => ({ kind, key: who })),
  });
  const blocks = new Set(ips.map(networkKey)).difference(new Set(ips.map(clientKey)));
  return [...[...new Set(ips.map(clientKey))].map(limits(clients)), ...[...blocks].map(limits(networks))];
}

/** Events that are looked through, of a day that was full of them. */
const mostLookedAt = 2000;

/** Those who were held up within a day, and from where accounts were made. */
async function lately(orm: Orm): Promise<Whose[]> {
  const found = await rowsOf<{ email: string | null; address: string | null }>(
    orm,
    sql`select distinct case when outcome = 'held_up' then u.email end as email, client_address as address
      from (select * from gatehouse.event where at > now() - interval '1 day'
        and (outcome = 'held_up' or kind = 'sign_up') order by at desc limit ${mostLookedAt}::int) e
      left join "user" u on u.id = e.user_id`,
  );
  const accounts = new Set(found.flatMap(({ email: address }) => address ?? []));
  const ips = new Set(found.flatMap(({ address }) => address ?? []));
  const ofAccounts: Whose[] = [];
  for (const account of accounts) ofAccounts.push(await ofAccount(orm, account));
  return [...ofAccounts, ...ofNetworks([...ips])];
}

/** What a row of a limit counts, and of whom. */
type Counted = Pick<Limit, "kind"> & { who: string };

/** The rows of those limits, each with whose it is. */
function rowsWith({ secrets }: Given, all: readonly Whose[]): Map<string, Counted> {
  const ring = keysFrom(secrets()).throttle;
  const rows = all.flatMap(({ who, limits }) =>
    limits.flatMap((limit) => rowsOfLimit(ring, limit).map((row) => [row, { who, kind: limit.kind }] as const)),
  );
  return new Map(rows);
}

/** Whoever of them must wait, the longest first. */
async function waitingAmong(orm: Orm, rows: ReadonlyMap<string, Counted>): Promise<HeldUp[]> {
  const found = await rowsOf<{ key: string; seconds: number }>(
    orm,
    sql`select key, ceil(extract(epoch from open_at) - extract(epoch from clock_timestamp()))::float8 as seconds
      from gatehouse.throttle
      where key = any(${textArray([...rows.keys()])}) and open_at > clock_timestamp() order by open_at desc`,
  );
  const closed = found.flatMap(({ key, seconds }) => {
    const counted = rows.get(key);
    return counted && holds(counted.kind, seconds) ? [{ ...counted, seconds }] : [];
  });
  const whose = Map.groupBy(closed, ({ who }) => who);
  return [...whose].map(([who, all]) => ({
    who,
    limits: [...new Set(all.map(({ kind }) => kind))],
    seconds: Math.max(...all.map(({ seconds }) => seconds)),
  }));
}

/** A wait longer than any of its limit was written by a clock that was set back since: the throttle heeds none. */
const holds = (kind: Limit["kind"], seconds: number) => seconds <= Math.max(...coreLimits[kind]);

/** Keyed hashes in base64url, which need no quotes. */
const textArray = (keys: readonly string[]) => sql`${sql.param(`{${keys.join()}}`)}::text[]`;

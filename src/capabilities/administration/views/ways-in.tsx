import * as z from "zod";
import { Card, Row, Rows } from "../../../../views/rows";
import type { PersonView } from "../people/person";
import type { AdminFrame } from "./admin-layout";

const since = z.object({ setUpAt: z.coerce.date() });
const named = z.array(z.object({ name: z.string() }));

type WaysInProps = AdminFrame & { person: PersonView };

/** How somebody signs in: the password, other services, and what capabilities keep. */
export function WaysIn({ frame: { words, timeZone }, own: { person: own }, person: { waysIn } }: WaysInProps) {
  const { password, providers } = waysIn;
  const others: Record<string, unknown> = waysIn;
  const app = since.safeParse(others.authenticatorApp);
  const passkeys = named.safeParse(others.passkeys);
  const keys = passkeys.success ? passkeys.data : [];
  const hasNone = !password && providers.length === 0 && keys.length === 0;
  return (
    <Card title={own.waysIn}>
      <Rows>
        {password || hasNone ? (
          <Row
            icon="password"
            title={password ? own.password : own.noPassword}
            facts={hasNone ? <span safe>{own.noWay}</span> : undefined}
          />
        ) : (
          ""
        )}
        {keys.map(({ name }) => (
          <Row icon="key" title={own.passkey} facts={<bdi safe>{name}</bdi>} />
        ))}
        {providers.map((provider) => (
          <Row icon="program" title={own.provider} facts={<bdi safe>{provider}</bdi>} />
        ))}
        {app.success ? (
          <Row
            icon="shield"
            title={own.factor}
            facts={<span safe>{own.factorSince(words.date(app.data.setUpAt, timeZone))}</span>}
          />
        ) : (
          ""
        )}
      </Rows>
    </Card>
  );
}

import { asForm, requestTo } from "./request";
import type { Route } from "./route";
import { acts, isJson, withBody, type Attempt } from "./row";
import type { World } from "./world";

/** One thing said twice: whoever checks could read one, and whoever uses it the other. */
export function twiceAttempts(route: Route, world: World): Attempt[] {
  if (!acts(route)) return [];
  return [...inQuery(route, world), ...(isJson(route) ? inJson(route, world) : inForm(route, world))];
}

function inQuery(route: Route, world: World): Attempt[] {
  if (route.empty === undefined) return [];
  const path = `${route.path}?${asForm(route.values(world))}`;
  const sent = { ...withBody(requestTo(route, world), isJson(route) ? "{}" : ""), path };
  return [{ what: "in the address only", sent, right: [route.empty] }];
}

function inForm(route: Route, world: World): Attempt[] {
  const sent = requestTo(route, world);
  return [...Object.keys(route.fields), "anything"].flatMap((name) =>
    [`${name}=x`, `${name}=`].map((again) => ({
      what: `${name} twice`,
      sent: withBody(sent, `${String(sent.body)}&${name}=${name === "anything" ? "y&anything=" : ""}&${again}`),
      right: [400],
    })),
  );
}

/** Deep inside, and in another spelling. */
const deepTwice = String.raw`[{"b:\"}":1,"c":[{"thing":":","\u0074hing":2}]}]}`;

function inJson(route: Route, world: World): Attempt[] {
  const sent = requestTo(route, world);
  const names = Object.keys(route.fields);
  const refused = (what: string, body: string): Attempt => ({ what, sent: withBody(sent, body), right: [400] });
  const good = String(sent.body);
  const form = withBody(sent, `email=x&${asForm(route.values(world))}`, {
    "content-type": "application/x-www-form-urlencoded",
  });
  return [
    ...names
      .slice(0, 3)
      .map((name) => refused(`${name} twice, the last one bad`, `${good.slice(0, -1)},"${name}":""}`)),
    ...names.map((name) => refused(`${name} twice, the last one good`, `{"${name}":"x",${good.slice(1)}`)),
    refused("deep inside", JSON.stringify({ ...route.values(world), a: 1 }).replace(/1}$/, deepTwice)),
    ...(names.length > 0 ? [{ what: "an address twice, in a form", sent: form, right: [400] }] : []),
  ];
}

import { afterAll, beforeAll, expect, test } from "bun:test";
import { BlockList } from "node:net";
import { clientIp } from "../../src/http/client-ip";
import { newPerson, startGatehouse, Visitor, type Gatehouse } from "../support/harness";

/** Who asks, by address: what proxies say is believed of ours alone, and some things are for this machine only. */

let gatehouse: Gatehouse;
beforeAll(async () => {
  gatehouse = await startGatehouse();
});
afterAll(() => gatehouse.close());
const proxies = new BlockList();
proxies.addSubnet("10.0.0.0", 8, "ipv4");
proxies.addSubnet("fd00::", 8, "ipv6");

test("the client is the peer, whatever it claims, unless the peer is a proxy of ours", () => {
  expect(clientIp("203.0.113.9", "198.51.100.1", proxies)).toBe("203.0.113.9");
  expect(clientIp("::ffff:203.0.113.9", null, proxies)).toBe("203.0.113.9");
  expect(clientIp("10.0.0.1", "198.51.100.1", proxies)).toBe("198.51.100.1");
  expect(clientIp("10.0.0.1", "1.1.1.1, 198.51.100.1", proxies)).toBe("198.51.100.1");
  expect(clientIp("10.0.0.1", "198.51.100.1, 10.0.0.7, ::ffff:10.0.0.8", proxies)).toBe("198.51.100.1");
  expect(clientIp("fd00::1", "2001:db8::5", proxies)).toBe("2001:db8::5");
  expect(clientIp("10.0.0.1", "not an address", proxies)).toBe("10.0.0.1");
  expect(clientIp("10.0.0.1", null, proxies)).toBe("10.0.0.1");
  expect(clientIp("", null, proxies)).toBe("");
});

/** One address, as proxies write it. */
const spellings = {
  "203.0.113.9": [
    "203.0.113.9:51234",
    " 203.0.113.9 ",
    "::ffff:203.0.113.9",
    "::ffff:cb00:7109",
    "::FFFF:CB00:7109",
    "0:0:0:0:0:ffff:cb00:7109",
    "[::ffff:203.0.113.9]:443",
    "[::ffff:cb00:7109]",
  ],
  "2001:db8::1": [
    "[2001:db8::1]:443",
    "[2001:db8::1]",
    "2001:DB8:0:0:0:0:0:1",
    "2001:db8::1%eth0",
    "[2001:db8::1%25eth0]:443",
  ],
};

test("the client is understood whatever way a proxy of ours writes the address", () => {
  for (const [address, written] of Object.entries(spellings))
    for (const hop of written)
      for (const peer of ["10.0.0.1", "::ffff:a00:1", "fd00::1", "fd00::1%eth0"]) {
        expect([hop, peer, clientIp(peer, `6.6.6.6, ${hop}`, proxies)]).toEqual([hop, peer, address]);
        expect([hop, clientIp(peer, `6.6.6.6, ${hop}, 10.0.0.7:8080, [fd00::2]:1`, proxies)]).toEqual([hop, address]);
      }
  for (const hop of [
    "unknown",
    "_hidden",
    "",
    "203.0.113.9:",
    "203.0.113.9:x",
    "203.0.113.9:1:2",
    "[203.0.113.9",
    "2001:db8::1]",
    "203.0.113",
    "[]",
    "[]:1",
    "::1]/",
    "203.0.113.9.example",
  ])
    expect([hop, clientIp("10.0.0.1", `6.6.6.6,${hop}`, proxies)]).toEqual([hop, "10.0.0.1"]);
});

test("who the client is: what a proxy of ours wrote unreadably is said once in the log, by its shape", async () => {
  const behind = await startGatehouse({ TRUSTED_PROXIES: "10.0.0.0/8" });
  const from = (peer: string, forwardedFor: string) =>
    new Visitor(behind.edge, behind.origin, peer).get("/sign-in", { "x-forwarded-for": forwardedFor });
  const said = () =>
    behind.log.filter((line) => line.includes("edge.unreadable_client")).map((line) => JSON.parse(line));
  await from("10.0.0.1", "203.0.113.9:51234");
  await from("203.0.113.9", "ada@example.org");
  expect(said()).toEqual([]);
  for (let i = 0; i < 3; i++) await from("10.0.0.1", "198.51.100.1, ada7@example.org");
  expect(said()).toEqual([expect.objectContaining({ level: "warn", peer: "10.0.0.1", shape: "aaa0@aaaaaaa.aaa" })]);
  await behind.close();
});

test("the client decides the limit: a made-up header buys no try, and the session has the true address", async () => {
  const visitor = gatehouse.visitor();
  const person = newPerson();
  await visitor.signUp(person);
  await visitor.post(
    "/sign-in",
    { ...person },
    { "x-forwarded-for": "6.6.6.6", "x-client-ip": "6.6.6.6", "x-real-ip": "6.6.6.6" },
  );
  const [session] = await gatehouse.rows<{ ip_address: string }>(
    `select ip_address from session s join "user" u on u.id = s.user_id where email = $1`,
    [person.email],
  );
  expect(session?.ip_address).toBe(visitor.address);
  const claims = Array.from({ length: 8 }, (_, i) => ({
    "x-forwarded-for": `6.6.6.${i}`,
    "x-client-ip": `6.6.6.${i}`,
    forwarded: `for=6.6.6.${i}`,
  }));
  const tries = await Promise.all(
    claims.map((claim) => visitor.post("/sign-in", { email: "a@example.org", password: "not this one" }, claim)),
  );
  expect(tries.filter(({ status }) => status === 429)).toHaveLength(3);
});

test("of all that tells an address only X-Forwarded-For is read, and only from a proxy of ours", async () => {
  const behind = await startGatehouse({ TRUSTED_PROXIES: "127.0.0.0/8" });
  const others = [
    ...["x-real-ip", "x-client-ip", "client-ip", "true-client-ip", "cf-connecting-ip", "fastly-client-ip", "forwarded"],
    ...["x-cluster-client-ip", "x-forwarded", "forwarded-for", "x-originating-ip", "x-remote-addr", "x_forwarded_for"],
  ];
  const claims = (address: string) =>
    Object.fromEntries(others.map((name) => [name, name === "forwarded" ? `for=${address}` : address]));
  for (const [at, forwardedFor] of [
    [gatehouse, undefined],
    [behind, "198.51.100.7"],
  ] as const) {
    const [visitor, person] = [at.visitor(), newPerson()];
    await visitor.signUp(person);
    const own: Record<string, string> = forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor };
    await visitor.post("/sign-in", { ...person }, { ...claims("6.6.6.6"), ...own });
    const query = `select ip_address from session s join "user" u on u.id = s.user_id where email = $1`;
    expect(await at.rows(query, [person.email])).toEqual([{ ip_address: forwardedFor ?? visitor.address }]);
    const tries: number[] = [];
    for (let i = 0; i < 22; i++) {
      const wrong = { email: `n${i}@example.org`, password: "not this one" };
      tries.push((await visitor.post("/sign-in", wrong, { ...claims(`6.6.6.${i}`), ...own })).status);
    }
    expect(tries).toContain(429);
  }
  await behind.close();
});

/** The headers by which a proxy or a tunnel is known. */
const tells = [
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-forwarded-port",
  "x-forwarded-server",
  "x-forwarded",
  "forwarded",
  "forwarded-for",
  "via",
  "x-real-ip",
  "x-client-ip",
  "cf-connecting-ip",
  "cf-ray",
  "true-client-ip",
  "x-cluster-client-ip",
  "fastly-client-ip",
  "fly-client-ip",
  "x-original-forwarded-for",
  "x-original-host",
  "x-envoy-external-address",
  "x-azure-clientip",
  "x-ms-forwarded-client-ip",
  ...["x_forwarded_for", "x_real_ip", "client_ip", "x-originating-ip", "x-appengine-user-ip", "cdn-loop"],
  ...[
    "x-scheme",
    "x-url-scheme",
    "front-end-https",
    "x-arr-ssl",
    "x-varnish",
    "ngrok-trace-id",
    "tailscale-user-login",
  ],
];

test("the mails of local mode are shown to this machine alone, and to nobody through a proxy or a tunnel", async () => {
  const at = (address: string, headers: Record<string, string> = {}) =>
    new Visitor(gatehouse.edge, gatehouse.origin, address).get("/dev/mail", headers);
  for (const own of ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1"])
    expect([own, (await at(own)).status]).toEqual([own, 200]);
  for (const other of ["192.168.1.5", "10.0.0.1", "::ffff:192.168.1.5", "fe80::1%lo", "2001:db8::1", "0.0.0.0", "::"])
    expect([other, (await at(other)).status]).toEqual([other, 404]);
  expect((await at("")).status).toBe(400); // its connection was reset
  for (const name of tells)
    expect([name, (await at("127.0.0.1", { [name]: "127.0.0.1" })).status]).toEqual([name, 404]);
  expect((await at("192.168.1.5", { "x-this-machine": "yes" })).status).toBe(404);
  const { email } = await gatehouse.visitor().join();
  const [mail] = await gatehouse.mailsTo(email);
  const path = `/dev/mail/${mail?.messageId.slice(1).split("@")[0]}`;
  expect((await new Visitor(gatehouse.edge, gatehouse.origin, "127.0.0.1").get(path)).status).toBe(200);
  expect((await new Visitor(gatehouse.edge, gatehouse.origin, "192.168.1.5").get(path)).status).toBe(404);
});

test("the mails of local mode are for this machine alone behind a proxy of ours too", async () => {
  const behind = await startGatehouse({ TRUSTED_PROXIES: "127.0.0.1" });
  const { status } = await new Visitor(behind.edge, behind.origin, "127.0.0.1").get("/dev/mail", {
    "x-forwarded-for": "127.0.0.1",
  });
  expect(status).toBe(404);
  await behind.close();
});

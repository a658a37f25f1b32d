import { afterAll, beforeAll, expect, test } from "bun:test";
import { mayReach, type Reach } from "../../src/capabilities/webhooks/addresses";
import { post } from "../../src/capabilities/webhooks/post";
import { startReceiver, webhookSecret, type Receiver } from "../support/webhook-receiver";

/** Where webhooks may be sent: whatever an address is called, the network behind it is not for them. */

let receiver: Receiver;
beforeAll(() => {
  receiver = startReceiver();
});
afterAll(() => receiver.stop());

const sendTo = (address: string, reach: Reach) =>
  post({ url: new URL(address), secrets: [webhookSecret("a")], reach }, { id: "1", body: "{}", tries: 1 });

test("a webhook goes to no address of this machine or network, however it is written", async () => {
  const here = new URL(receiver.url);
  const names = ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "[::]"];
  for (const name of names)
    expect([name, await sendTo(`http://${name}:${here.port}/`, "internet")]).toEqual([name, "private address"]);
  expect(receiver.heard).toEqual([]);
  for (const reach of ["this machine", "own networks"] as const) {
    expect(await sendTo(receiver.url, reach)).toBeUndefined();
    expect(await sendTo(`http://169.254.169.254:${here.port}/`, reach)).toBe("private address");
    expect(await sendTo(`http://[::ffff:169.254.169.254]:${here.port}/`, reach)).toBe("private address");
  }
});

test("a host that no name server knows is told in these words", async () => {
  const host = `${"a".repeat(64)}.example`; // a longer label than names may have: nobody is asked
  expect(await sendTo(`https://${host}/`, "internet")).toBe("no such host");
});

const everywhere: Reach[] = ["internet", "this machine", "own networks"];

test.each([
  ["8.8.8.8", everywhere],
  ["2606:4700::1111", everywhere],
  ["127.0.0.1", ["this machine", "own networks"]],
  ["127.255.255.254", ["this machine", "own networks"]],
  ["::1", ["this machine", "own networks"]],
  ["10.0.0.1", ["own networks"]],
  ["172.16.0.1", ["own networks"]],
  ["172.31.255.255", ["own networks"]],
  ["192.168.1.1", ["own networks"]],
  ["100.64.0.1", ["own networks"]],
  ["fd12:3456::1", ["own networks"]],
  ["172.32.0.1", everywhere],
  ["169.254.169.254", []],
  ["169.254.0.1", []],
  ["0.0.0.0", []],
  ["224.0.0.1", []],
  ["255.255.255.255", []],
  ["192.0.0.192", []],
  ["198.18.0.1", []],
  ["::", []],
  ["fe80::1", []],
  ["ff02::1", []],
  ["fd00:ec2::254", []],
  ["::ffff:169.254.169.254", []],
  ["::ffff:a9fe:a9fe", []],
  ["::ffff:8.8.8.8", everywhere],
  ["::169.254.169.254", []],
  ["64:ff9b::a9fe:a9fe", []],
  ["2002:a9fe:a9fe::1", []],
  ["2001:0:a9fe:a9fe::1", []],
  ["localhost", []],
  ["", []],
])("a webhook may reach %s from %p", (address, reaches) => {
  expect(everywhere.filter((reach) => mayReach(address, reach))).toEqual(reaches as Reach[]);
});

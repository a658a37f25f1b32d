import { createSocket } from "node:dgram";
import { isIPv4 } from "node:net";

/** A question about a name: its addresses of one family. */
interface Question {
  name: string;
  family: "IPv4" | "IPv6" | "another";
}

const [typeOfIPv4, typeOfIPv6] = [1, 28];

/**
 * A DNS server on this machine's port 53, which says what `addressesOf` gives: an empty list for a name that has no
 * address of this family. Each answer is good for that moment only.
 */
export async function startDns(addressesOf: (question: Question) => readonly string[]): Promise<void> {
  const socket = createSocket("udp4");
  socket.on("message", (message, { port, address }) => {
    const { name, type, end } = questionIn(message);
    const family = type === typeOfIPv4 ? "IPv4" : type === typeOfIPv6 ? "IPv6" : "another";
    const records = addressesOf({ name, family }).map(recordOf);
    const counts = [1, records.length, 0, 0].flatMap((count) => [0, count]);
    const head = [...message.subarray(0, 2), 0x81, 0x80, ...counts]; // an answer, by a server that asks others
    socket.send(Buffer.from([...head, ...message.subarray(headLength, end), ...records.flat()]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(53, "127.0.0.1", resolve));
}

const headLength = 12;

/** The one question of a message: the labels of a name, each after its length, then type and class. */
function questionIn(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = headLength;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 };
}

/** The name that was asked for, type, class, no second of life, and the bytes of the address. */
function recordOf(address: string): number[] {
  const bytes = isIPv4(address) ? address.split(".").map(Number) : bytesOfIPv6(address);
  const type = isIPv4(address) ? typeOfIPv4 : typeOfIPv6;
  return [0xc0, headLength, 0, type, 0, 1, 0, 0, 0, 0, 0, bytes.length, ...bytes];
}

/** The sixteen bytes; an URL has its own spelling for those with an IPv4 address within. */
function bytesOfIPv6(address: string): number[] {
  const [before = "", after] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (text = "") => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
  const [first, last] = [groups(before), groups(after)];
  const zeros = Array<number>(8 - first.length - last.length).fill(0);
  return [...first, ...zeros, ...last].flatMap((group) => [group >> 8, group & 255]);
}

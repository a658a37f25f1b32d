import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A wire between a program and its database that a test can do bad things to. */
export interface Wire {
  port: number;
  /** From now on nothing arrives in either direction, and nobody is told: packets dropped, a NAT that forgot. */
  stall(): void;
  /** Lets everything through again, also what was sent meanwhile. */
  flow(): void;
  /** Lets everything arrive this many milliseconds late. */
  delay(milliseconds: number): void;
  /** Ends every connection that runs through it. */
  cut(): void;
  close(): void;
}

export async function startWire(upstreamPort: number): Promise<Wire> {
  const ends = new Set<Socket>();
  let stalled = false;
  let late = 0;
  const join = (from: Socket, to: Socket) => {
    ends.add(from);
    from.setNoDelay(true);
    let before = Promise.resolve(); // nothing overtakes what is still on its way
    from.on("data", (bytes) => {
      const due = performance.now() + late / 2;
      before = before.then(async () => {
        if (due > performance.now()) await Bun.sleep(due - performance.now());
        to.write(bytes);
      });
    });
    from.on("end", () => to.end());
    from.on("error", () => to.destroy());
    from.on("close", () => {
      ends.delete(from);
      to.destroy();
    });
    if (stalled) from.pause();
  };
  const server = createServer((client) => {
    const upstream = connect(upstreamPort, "127.0.0.1");
    join(client, upstream);
    join(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stall: () => {
      stalled = true;
      for (const end of ends) end.pause();
    },
    flow: () => {
      stalled = false;
      for (const end of ends) end.resume();
    },
    delay: (milliseconds) => void (late = milliseconds),
    cut: () => ends.forEach((end) => end.destroy()),
    close: () => {
      ends.forEach((end) => end.destroy());
      server.close();
    },
  };
}

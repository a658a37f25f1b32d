import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A wire between a program and its database that a test can do bad things to. */
export interface Wire {
  port: number;
  /** From now on nothing arrives in either direction, and nobody is told: packets dropped, a NAT that forgot. */
  stall(): void;
  /** Lets everything through again, also what was sent meanwhile. */
  flow(): void;
  /** The connections that run through it now are dead, and nobody is told: a NAT that forgot. New ones live. */
  forget(): void;
  /** Lets everything arrive this many milliseconds late. */
  delay(milliseconds: number): void;
  /** From now on no answer arrives: it is held at the wire until it is let go. */
  holdAnswers(): Held;
  /** Ends every connection that runs through it. */
  cut(): void;
  /** From now on it leads to another port of this machine. The connections that run through it go on. */
  leadTo(upstreamPort: number): void;
  close(): void;
}

/** Answers that are held at the wire. */
export interface Held {
  /** Resolves when the first of them is there: what asked for it was done at the other end. */
  arrived: Promise<void>;
  /** Lets them arrive, and whatever comes after them. */
  letGo(): void;
}

interface Conditions {
  upstreamPort: number;
  ends: Set<Socket>;
  stalled: boolean;
  /** Milliseconds, there and back. */
  late: number;
  held?: { arrived(): void; letGo: Promise<void> };
}

/** Starts a wire to a port of this machine. */
export async function startWire(upstreamPort: number): Promise<Wire> {
  const wire: Conditions = { upstreamPort, ends: new Set(), stalled: false, late: 0 };
  const server = createServer((client) => {
    const upstream = connect(wire.upstreamPort, "127.0.0.1");
    join(wire, { from: client, to: upstream });
    join(wire, { from: upstream, to: client, isAnswer: true });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { ends } = wire;
  const forgotten = new Set<Socket>();
  return {
    port: (server.address() as AddressInfo).port, // a server that listens on a port has no other kind of address
    stall: () => {
      wire.stalled = true;
      for (const end of ends) end.pause();
    },
    flow: () => {
      wire.stalled = false;
      for (const end of ends) end.resume();
    },
    forget: () => {
      for (const end of ends) forgotten.add(end.pause());
      ends.clear();
    },
    delay: (milliseconds) => void (wire.late = milliseconds),
    holdAnswers: () => holdAnswers(wire),
    cut: () => ends.forEach((end) => end.destroy()),
    leadTo: (port) => void (wire.upstreamPort = port),
    close: () => {
      for (const end of [...ends, ...forgotten]) end.destroy();
      server.close();
    },
  };
}

function holdAnswers(wire: Conditions): Held {
  const [first, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  wire.held = { arrived: first.resolve, letGo: gate.promise };
  const letGo = () => {
    wire.held = undefined;
    gate.resolve();
  };
  return { arrived: first.promise, letGo };
}

interface Direction {
  from: Socket;
  to: Socket;
  isAnswer?: boolean;
}

/** One direction of a connection, in which nothing overtakes what is still on its way. */
function join(wire: Conditions, { from, to, isAnswer = false }: Direction) {
  wire.ends.add(from);
  from.setNoDelay(true);
  let before = Promise.resolve();
  from.on("data", (bytes) => {
    const due = performance.now() + wire.late / 2;
    const held = isAnswer ? wire.held : undefined;
    held?.arrived();
    before = before.then(async () => {
      await held?.letGo;
      if (due > performance.now()) await Bun.sleep(due - performance.now());
      to.write(bytes);
    });
  });
  from.on("end", () => to.end());
  from.on("error", () => to.destroy());
  from.on("close", () => {
    wire.ends.delete(from);
    to.destroy();
  });
  if (wire.stalled) from.pause();
}

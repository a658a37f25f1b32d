import { neonConfig } from "@neondatabase/serverless";
import { connect, type Socket } from "node:net";

/**
 * What Neon puts in front of Postgres: bytes in a WebSocket, bytes out to the server. One upstream only: no open
 * proxy.
 */
export function startNeonBridge(upstreamPort: number, port = 0) {
  return Bun.serve<{ upstream: Socket }>({
    port,
    hostname: "127.0.0.1",
    fetch(request, server) {
      if (new URL(request.url).searchParams.get("address") !== `127.0.0.1:${upstreamPort}`)
        return new Response(null, { status: 403 });
      const upstream = connect(upstreamPort, "127.0.0.1");
      return server.upgrade(request, { data: { upstream } }) ? undefined : new Response(null, { status: 426 });
    },
    websocket: {
      perMessageDeflate: false,
      idleTimeout: 0,
      open(socket) {
        const { upstream } = socket.data;
        upstream.setNoDelay(true);
        upstream.on("data", (bytes) => void (socket.send(bytes) === -1 && upstream.pause()));
        upstream.on("close", () => socket.close());
        upstream.on("error", () => socket.close(1011));
      },
      message: (socket, message) => void socket.data.upstream.write(message),
      drain: (socket) => void socket.data.upstream.resume(),
      close: (socket) => void socket.data.upstream.destroy(),
    },
  });
}

/** Points the real driver of this process at a bridge instead of Neon's. */
export function useNeonBridge(bridgePort: number) {
  neonConfig.wsProxy = (host, port) => `127.0.0.1:${bridgePort}/v1?address=${host}:${port}`;
  neonConfig.useSecureWebSocket = false;
  // Neon's own proxy takes the password in the first message; plain Postgres does not
  neonConfig.pipelineConnect = false;
}

const inherited = Number(process.env.NEON_BRIDGE_PORT);
if (inherited) useNeonBridge(inherited); // preloaded into a program that a test starts

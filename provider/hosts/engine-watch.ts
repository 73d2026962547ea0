import { subscribe } from "node:diagnostics_channel";
import { connect } from "node:net";

/** What the engine lets its plugin process know. */
export interface EngineWatch {
  /** Aborted when the user has interrupted the run (Ctrl-C, SIGTERM). */
  interruption: AbortSignal;
  /** Resolves while the engine is there. Once it is gone, the process ends, and this never resolves. */
  confirm(): Promise<void>;
}

/** The part of Node's HTTP/2 session that is used here. */
interface Session {
  once(event: "close", listener: () => void): void;
}

const PROBE_EVERY_MS = 1000;

/**
 * Watches the engine that this process serves. Pulumi's dynamic host tells nobody of an interruption, and outlives an
 * engine that was killed: it is started through a shell, so its parent says nothing. Both are seen where Node sees them, at
 * the HTTP/2 server that the engine's calls come in by.
 *
 * When the engine's last connection closes, its own server is asked (`address`, as the engine gives it on the command line):
 * a live engine may close an idle connection, a dead one refuses. All of this is TCP on loopback, which every system closes
 * with the process that held it. Without an address nothing is taken for a dead engine. `end` ends the process.
 */
export function watchEngine(address: string | undefined, end: () => void): EngineWatch {
  const interruption = new AbortController();
  const sessions = new Set<Session>();
  let hasEnded = false;
  const isAlive = async () => {
    if (!hasEnded && address !== undefined && (await isRefused(address)) && !hasEnded) {
      hasEnded = true;
      end();
    }
    return !hasEnded;
  };
  const probe = async () => {
    if (sessions.size === 0 && (await isAlive())) setTimeout(probe, PROBE_EVERY_MS).unref();
  };
  subscribe("http2.server.stream.created", (message) => {
    const { headers, stream } = message as { headers?: Record<string, unknown>; stream?: { session?: Session } };
    const session = stream?.session;
    if (session !== undefined && !sessions.has(session)) {
      sessions.add(session);
      session.once("close", () => {
        sessions.delete(session);
        void probe();
      });
    }
    if (headers?.[":path"] === "/pulumirpc.ResourceProvider/Cancel") interruption.abort();
  });
  return {
    interruption: interruption.signal,
    async confirm() {
      // Not by the connections: one that the system has just closed may not have been noticed yet.
      if (!(await isAlive())) await new Promise(() => {});
    },
  };
}

/** The engine's address among the arguments of its plugin: the last one, after flags for logs and traces. */
export const engineAddress = (args: readonly string[]): string | undefined =>
  args.findLast((arg) => /^[^-].*:\d+$/.test(arg));

/** Whether nobody listens at an address any more. */
function isRefused(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${address}`);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const answer = (refused: boolean) => {
      socket.destroy();
      resolve(refused);
    };
    socket.once("connect", () => answer(false));
    socket.once("error", (error: NodeJS.ErrnoException) => answer(error.code === "ECONNREFUSED"));
  });
}

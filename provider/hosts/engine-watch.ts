import { subscribe } from "node:diagnostics_channel";
import { connect } from "node:net";

/** What a plugin process can learn about its engine. */
export interface EngineWatch {
  /** Aborted when the user has interrupted the run (Ctrl-C, SIGTERM). */
  interruption: AbortSignal;
  /** Resolves while the engine is alive. Otherwise it ends the process and never resolves. */
  confirm(): Promise<void>;
}

/** The members of Node's HTTP/2 session that are used here. */
interface Session {
  once(event: "close", listener: () => void): void;
}

const PROBE_EVERY_MS = 1000;

/**
 * Watches the engine that this process serves. Pulumi's dynamic host does not report an interruption, and it survives an engine
 * that was killed: a shell starts it, so the parent process is not the engine. Both events are observed at Node's HTTP/2
 * server, which receives the engine's calls.
 *
 * When the engine's last connection closes, its own server is probed (`address`, from the command line): a live engine may
 * close an idle connection, but a dead engine refuses new ones. All connections are TCP on loopback, which every system closes
 * with their process. Without an address, the engine counts as alive. `end` ends the process.
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
      // Open connections prove nothing: Node may not have noticed yet that the system has closed one.
      if (!(await isAlive())) await new Promise(() => {});
    },
  };
}

/** The engine's address in the arguments of its plugin: the last address, after flags for logs and traces. */
export const engineAddress = (args: readonly string[]): string | undefined =>
  args.findLast((arg) => /^[^-].*:\d+$/.test(arg));

/** Whether an address refuses connections. */
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

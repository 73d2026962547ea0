/** The HTTP server of an exporter: `/metrics` and `/healthz`. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { UserError } from "../../provider/domain/user-error.ts";

/** The listen address of an exporter. */
export interface Address {
  /** An IP address or host name; undefined for all addresses of the machine. */
  host: string | undefined;
  port: number;
}

/** The content that the server serves. */
export interface Content {
  /** The metrics and their content type. */
  metrics: () => Promise<{ text: string; type: string }>;
  /** Why the values are out of date; undefined if they are not. */
  problem: () => string | undefined;
  /** Milliseconds after which an idle client is disconnected. A scrape takes milliseconds. Default: 10 s. */
  idleMs?: number;
}

/** A running server. */
export interface Server {
  url: string;
  /** Closes all connections and frees the port. */
  stop(): Promise<void>;
}

const IDLE_MS = 10_000;
/** Each hanging client holds a connection until it is disconnected. */
const MAX_CONNECTIONS = 100;

/**
 * Starts the server.
 * @throws UserError if the address cannot be used
 */
export async function serve({ host, port }: Address, { metrics, problem, idleMs = IDLE_MS }: Content): Promise<Server> {
  const server = createServer(
    // A request that arrives byte by byte is never idle, so it needs a timeout of its own.
    { requestTimeout: 3 * idleMs, headersTimeout: idleMs, connectionsCheckingInterval: idleMs },
    (request, response) => {
      answer(request, response).catch((cause: unknown) => {
        console.error(`error: answering ${request.url}: ${cause instanceof Error ? cause.message : cause}`);
        response.destroy();
      });
    },
  );
  // Disconnects clients that send no request and clients that do not read the answer.
  server.timeout = idleMs;
  server.maxConnections = MAX_CONNECTIONS;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // The idle timeout could close a kept-alive connection just when the next scrape arrives.
    response.shouldKeepAlive = false;
    const write = (status: number, text: string, type = "text/plain; charset=utf-8") => {
      response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(text) });
      response.end(request.method === "HEAD" ? undefined : text);
    };
    const path = request.url?.split("?")[0];
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      return write(405, "Only GET and HEAD are allowed.\n");
    }
    if (path === "/metrics") {
      const { text, type } = await metrics();
      return write(200, text, type);
    }
    if (path === "/healthz") {
      const why = problem();
      return why === undefined ? write(200, "ok\n") : write(503, `${why}\n`);
    }
    return write(404, "Available: /metrics, /healthz\n");
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(cannotListen(host, port, cause)));
    server.listen({ port, ...(host !== undefined && { host }) }, resolve);
  });
  const { address, family, port: actual } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${actual}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function cannotListen(host: string | undefined, port: number, cause: NodeJS.ErrnoException): UserError {
  const why: Record<string, string> = {
    EADDRINUSE: "the port is in use, maybe by another exporter",
    EADDRNOTAVAIL: "this machine does not have the address",
    EACCES: "the port is reserved for privileged users",
    ENOTFOUND: "the host name is unknown",
  };
  return new UserError(`listening on ${host ?? ""}:${port}`, {
    code: "command-failed",
    reason: why[cause.code ?? ""] ?? cause.message,
    remedy: "give another address with --listen, such as 127.0.0.1:9878.",
    cause,
  });
}

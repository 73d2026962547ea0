import { AsyncLocalStorage } from "node:async_hooks";
import type { Dispatcher } from "undici";
import * as z from "zod";
import { ApiError, type TransportFailure } from "./api-error.ts";
import { type Camel, camel, type ErrorBody, errorBodySchema } from "./wire.ts";

/** Query parameters; a list is sent as a repeated key. */
export type Query = Record<string, string | number | boolean | readonly string[] | undefined>;

/**
 * Calls to the API. Each call is sent once, without retries: whether it may be repeated (`retry.ts`) depends on the call,
 * on its answer and on what a later read shows.
 */
export interface Api {
  /** Sends a call and parses the answer with `options.answer`. Throws {@link ApiError}. */
  call<Schema extends z.ZodType>(
    method: Method,
    path: string,
    options: CallOptions<Schema>,
  ): Promise<Camel<z.output<Schema>>>;
  /** Closes all connections. */
  close(): Promise<void>;
}

type Method = "GET" | "POST" | "PATCH" | "DELETE";

interface CallOptions<Schema extends z.ZodType> {
  answer: Schema;
  query?: Query;
  body?: object;
  /** Seconds to wait for the answer. Default 20; orders wait longer, since repeating one could order twice. */
  timeoutSeconds?: number;
}

/** Options of the client. `secretKey` is called at each call, so a run without calls needs no key. */
export interface ApiOptions {
  baseUrl: string;
  secretKey: () => string;
  userAgent: string;
  /** Receives a line for each call, for debugging; it never contains the key. */
  onCall?: (line: string) => void;
  /** Aborted when the user interrupts the run. Calls in progress are finished; `onHeld` receives a line for each. */
  interruption?: AbortSignal;
  onHeld?: (line: string) => void;
  /** Awaited right before a call that changes something is sent. */
  beforeChange?: () => Promise<void>;
}

const DEFAULT_TIMEOUT_SECONDS = 20;
/** Size of the connection pool that all resources of a run share: the maximum of calls in progress. */
export const CONNECTIONS = 16;

/** Schema of an answer without a body (204). */
export const noBody = z.undefined();

/** Connects to the API. */
export function connect({
  baseUrl,
  secretKey,
  userAgent,
  onCall,
  interruption,
  onHeld,
  beforeChange,
}: ApiOptions): Api {
  // Loaded with the first call: undici takes much of the plugin's memory, and many processes make no call.
  let connections: Promise<Dispatcher> | undefined;
  const connected = async (): Promise<Dispatcher> => {
    const { dispatcherTo } = await import("./dispatcher.ts");
    return dispatcherTo(baseUrl, { connections: CONNECTIONS });
  };
  const inProgress = new Set<() => void>();
  interruption?.addEventListener("abort", () => {
    for (const report of inProgress) report();
  });
  return {
    async call(method, path, { answer, query, body, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS }) {
      const name = `${method} ${path}`;
      const url = new URL(`${baseUrl}${path}${queryString(query)}`);
      const timeout = timeoutSeconds * 1000;
      const headers = {
        "x-auth-token": secretKey(),
        "user-agent": userAgent,
        accept: "application/json",
        ...(body && { "content-type": "application/json" }),
      };
      connections ??= connected();
      const dispatcher = await connections;
      if (method !== "GET") await beforeChange?.();
      // Bound to the call, since a plugin's log finds the resource of a line by the context in which it is written.
      const report = AsyncLocalStorage.bind(() =>
        onHeld?.(`Interrupt received. Waiting for the answer to ${name}, so that no change is left half done.`),
      );
      inProgress.add(report);
      try {
        const response = await dispatcher.request({
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method,
          headers,
          body: body ? JSON.stringify(body) : null,
          headersTimeout: timeout,
          bodyTimeout: timeout,
        });
        const text = await response.body.text();
        const requestId = first(response.headers["x-request-id"]);
        onCall?.(`${name}${queryString(query)} -> ${response.statusCode} (request ${requestId ?? "unknown"})`);
        if (response.statusCode >= 300) {
          const retryAfterMs = retryAfter(first(response.headers["retry-after"]));
          throw new ApiError(name, {
            status: response.statusCode,
            body: errorBody(text),
            ...(requestId !== undefined && { requestId }),
            ...(retryAfterMs !== undefined && { retryAfterMs }),
          });
        }
        return parseAnswer(name, answer, text, requestId);
      } catch (cause) {
        if (cause instanceof ApiError || !(cause instanceof Error)) throw cause;
        onCall?.(`${name}${queryString(query)} -> ${cause.message}`);
        throw new ApiError(name, { transport: transportFailure(cause), cause });
      } finally {
        inProgress.delete(report);
      }
    },
    // If no connection could be opened, the call has reported it.
    close: async () => (await connections?.catch(() => undefined))?.close(),
  };
}

function queryString(query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(key, String(one));
  }
  return search.size > 0 ? `?${search}` : "";
}

const first = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header);

/** Milliseconds in a `Retry-After` header; undefined if it gives no number of seconds. */
export function retryAfter(header: string | undefined): number | undefined {
  // The date form is not supported: it would need the server's clock. InterLink was never seen to send the header.
  return header !== undefined && /^\d+$/.test(header) ? Number(header) * 1000 : undefined;
}

/** Parses JSON and drops nulls: InterLink omits unset members (recorded), other Scaleway APIs send null. */
const withoutNulls = (text: string): unknown => JSON.parse(text, (_key, value: unknown) => value ?? undefined);

function errorBody(text: string): ErrorBody {
  try {
    const parsed = errorBodySchema.safeParse(withoutNulls(text));
    return parsed.success ? parsed.data : { message: text.slice(0, 300) };
  } catch {
    return text ? { message: text.slice(0, 300) } : {};
  }
}

function parseAnswer<Schema extends z.ZodType>(call: string, schema: Schema, text: string, requestId?: string) {
  let value: unknown;
  try {
    value = text === "" ? undefined : withoutNulls(text);
  } catch (cause) {
    throw new ApiError(call, { transport: "broken", cause, ...(requestId !== undefined && { requestId }) });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return camel(parsed.data);
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "answer"}: ${issue.message}`);
  throw new ApiError(call, {
    body: {
      type: "unexpected_answer",
      message: `the answer does not have the documented form: ${problems.join("; ")}`,
    },
    ...(requestId !== undefined && { requestId }),
  });
}

/** Codes of failures before the request was sent: no connection, or no trusted one. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_(CONNECT_TIMEOUT|PRX_.*)|CERT_.*|ERR_TLS_.*|ERR_SSL_WRONG_VERSION_NUMBER|.*SELF_SIGNED.*|UNABLE_TO_.*)$/;

const TIMED_OUT = /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/;

/** How a request without an answer failed. `unreachable` cannot have had an effect; the other two may have. */
export function transportFailure(cause: Error): TransportFailure {
  const codes = [cause, ...(cause instanceof AggregateError ? cause.errors : [])].map((error) => String(error?.code));
  // undici throws this if a proxy refuses the tunnel. The code alone is not enough: a truncated answer has the same one.
  if (codes.includes("UND_ERR_ABORTED") && cause.message.startsWith("Proxy response")) return "unreachable";
  if (codes.some((code) => NEVER_SENT.test(code))) return "unreachable";
  return codes.some((code) => TIMED_OUT.test(code)) ? "timeout" : "broken";
}

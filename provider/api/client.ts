import { errors, request } from "undici";
import { z } from "zod";
import { ApiError, type TransportFailure } from "./api-error.ts";
import { dispatcherTo } from "./dispatcher.ts";
import { type Camel, camel, type ErrorBody, errorBodySchema } from "./wire.ts";

/** Query parameters; a list is sent as a repeated key. */
export type Query = Record<string, string | number | boolean | readonly string[] | undefined>;

/**
 * One call to the API. It is made once: whether it may be made again is the caller's to know (`../repeat.ts`), since
 * that depends on the call, on what the answer said and on what a read shows afterwards.
 */
export interface Api {
  /** Calls, and parses the answer by its schema. Throws {@link ApiError}. */
  call<Schema extends z.ZodType>(
    method: Method,
    path: string,
    options: CallOptions<Schema>,
  ): Promise<Camel<z.output<Schema>>>;
  /** Ends all connections. */
  close(): Promise<void>;
}

type Method = "GET" | "POST" | "PATCH" | "DELETE";

interface CallOptions<Schema extends z.ZodType> {
  answer: Schema;
  query?: Query;
  body?: object;
  /** Seconds to wait for the answer. Default 20; orders are given longer, since asking twice could order twice. */
  timeoutSeconds?: number;
}

/** What the client needs to know. The key is asked for at each call, so that a run that makes none needs none. */
export interface ApiOptions {
  baseUrl: string;
  secretKey: () => string;
  userAgent: string;
  /** Gets a line for each call when debugging; never the key. */
  onCall?: (line: string) => void;
  /** Aborted when the user interrupts the run. Calls under way are finished, and `onHeld` gets each. */
  interruption?: AbortSignal;
  onHeld?: (line: string) => void;
  /** Waited for before each call that changes something, right before it is sent. */
  beforeChange?: () => Promise<void>;
}

const DEFAULT_TIMEOUT_SECONDS = 20;
/** Connections of the one pool that all resources of a run share: so many calls are under way at once. */
export const CONNECTIONS = 16;

/** The schema of an answer without a body (204). */
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
  const dispatcher = dispatcherTo(baseUrl, { connections: CONNECTIONS });
  const underWay = new Set<{ name: string }>();
  interruption?.addEventListener("abort", () => {
    for (const { name } of underWay) {
      onHeld?.(`Interrupt received. Waiting for the answer to ${name}, so that no change is left half done.`);
    }
  });
  return {
    async call(method, path, { answer, query, body, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS }) {
      const name = `${method} ${path}`;
      const url = `${baseUrl}${path}${queryString(query)}`;
      const timeout = timeoutSeconds * 1000;
      const headers = {
        "x-auth-token": secretKey(),
        "user-agent": userAgent,
        accept: "application/json",
        ...(body && { "content-type": "application/json" }),
      };
      if (method !== "GET") await beforeChange?.();
      // Two legs of a pair are ordered by calls of one name.
      const call = { name };
      underWay.add(call);
      try {
        const response = await request(url, {
          method,
          headers,
          body: body ? JSON.stringify(body) : null,
          dispatcher,
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
        underWay.delete(call);
      }
    },
    close: () => dispatcher.close(),
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

/** Milliseconds that a `Retry-After` header asks to wait. */
export function retryAfter(header: string | undefined): number | undefined {
  // Only the form in seconds: no answer of InterLink was ever seen with one, and a date would need the server's clock.
  return header !== undefined && /^\d+$/.test(header) ? Number(header) * 1000 : undefined;
}

/** Parses JSON. Unset members are absent wherever recorded; other APIs of Scaleway write null for them. */
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

/** No connection was made, or none that is trusted. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_(CONNECT_TIMEOUT|PRX_.*)|CERT_.*|ERR_TLS_.*|ERR_SSL_WRONG_VERSION_NUMBER|.*SELF_SIGNED.*|UNABLE_TO_.*)$/;

/** How a request failed that got no answer: `unreachable` cannot have had an effect; after the other two it may have. */
export function transportFailure(cause: Error): TransportFailure {
  // What undici throws where a proxy refuses the tunnel. Its code alone may also tell of an answer that broke off.
  if (cause instanceof errors.RequestAbortedError && cause.message.startsWith("Proxy response")) return "unreachable";
  const codes = [cause, ...(cause instanceof AggregateError ? cause.errors : [])].map((error) => error?.code);
  if (codes.some((code) => NEVER_SENT.test(String(code)))) return "unreachable";
  return cause instanceof errors.HeadersTimeoutError || cause instanceof errors.BodyTimeoutError ? "timeout" : "broken";
}

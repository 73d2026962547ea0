import type { ErrorBody } from "./wire.ts";

/** How a call without a usable answer failed. */
export type TransportFailure = "unreachable" | "timeout" | "broken";

/** A call that the API refused or did not answer. */
export class ApiError extends Error {
  override name = "ApiError";
  /** HTTP status; absent if there was no answer. */
  readonly status?: number;
  /** The API's error type (`not_found`, `transient_state`, …), if it gave one. */
  readonly type?: string;
  /** The body; empty if there was none. */
  readonly body: ErrorBody;
  /** Why there was no answer; absent if there was one. */
  readonly transport?: TransportFailure;
  /** Milliseconds to wait according to the API (`Retry-After`). */
  readonly retryAfterMs?: number;

  constructor(
    call: string,
    failure: {
      status?: number;
      body?: ErrorBody;
      requestId?: string;
      transport?: TransportFailure;
      retryAfterMs?: number;
      cause?: unknown;
    },
  ) {
    const { status, body = {}, requestId, transport, retryAfterMs, cause } = failure;
    const kind = [status ?? transport, body.type].filter((part) => part !== undefined).join(" ");
    const details = detailsOf(body, cause);
    super(`${call}: ${kind}${details ? `: ${details}` : ""}${requestId ? ` (request ${requestId})` : ""}`, { cause });
    if (status !== undefined) this.status = status;
    if (body.type !== undefined) this.type = body.type;
    if (transport !== undefined) this.transport = transport;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
    this.body = body;
  }

  /**
   * True if the API says that the object does not exist. A 404 without that type is not enough: a proxy or a wrong API URL
   * also returns it for objects that exist and are billed.
   */
  get notFound(): boolean {
    return this.type === "not_found" || this.type === "unknown_resource";
  }

  /** True if the call was sent but the answer was lost: the call may have taken effect. */
  get answerLost(): boolean {
    return this.transport === "timeout" || this.transport === "broken";
  }

  /** True if the rate limit refused the call, which had no effect. A 429 of another type (a quota) is a refusal. */
  get rateLimited(): boolean {
    return this.type === "too_many_requests" || (this.status === 429 && this.type === undefined);
  }
}

function detailsOf(body: ErrorBody, cause: unknown): string {
  const parts = [
    body.message,
    body.type !== "not_found" &&
      body.resource &&
      `resource: ${[body.resource, body.resource_id].filter(Boolean).join(" ")}`,
    body.precondition && `precondition: ${body.precondition}`,
    body.help_message,
    body.expired_since && `expired since: ${body.expired_since}`,
    body.current_state && `current state: ${body.current_state}`,
    body.reason && `reason: ${body.reason}`,
    ...(body.details ?? []).map((detail) =>
      Object.entries(detail)
        .map(([key, value]) => `${key} ${JSON.stringify(value)}`)
        .join(", "),
    ),
    ...Object.entries(body.fields ?? {}).map(([field, texts]) => `${field}: ${texts.join(", ")}`),
    !body.message && cause instanceof Error ? cause.message : undefined,
  ];
  return parts.filter(Boolean).join("; ");
}

/** The result of `read`; undefined if the API says that the object does not exist. Any other failure throws. */
export async function undefinedIfNotFound<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ApiError && error.notFound) return undefined;
    throw error;
  }
}

import type { ErrorBody } from "./api/wire.ts";

/**
 * An error that a user can act on: what was being done, what came back, what to do now. It carries no stack, since
 * Pulumi's dynamic host prints stacks next to the message.
 */
export class UserError extends Error {
  override name = "UserError";

  constructor(doing: string, { said, now, cause }: { said: string; now: string; cause?: unknown }) {
    super(`${doing}: ${said}\n  What to do: ${now}`, { cause });
    this.stack = "see the error of the resource";
  }

  /** The dynamic host prints this and the stack beside the message that the engine prints: one has to be short. */
  override toString(): string {
    return "pulumi-scaleway-interlink";
  }
}

/** How a call that got no usable answer failed. */
export type TransportFailure = "unreachable" | "timeout" | "broken";

/** A call that the API refused, or that got no answer. */
export class ApiError extends Error {
  override name = "ApiError";
  /** HTTP status, absent when no answer came. */
  readonly status?: number;
  /** The error's kind by the API (`not_found`, `transient_state`, …), where it told one. */
  readonly type?: string;
  /** What the body said. Empty when there was none. */
  readonly body: ErrorBody;
  /** Why no answer came. Absent when one did. */
  readonly transport?: TransportFailure;
  /** Milliseconds that the API asked to wait (`Retry-After`). */
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
    const said = [status ?? transport, body.type].filter((part) => part !== undefined).join(" ");
    const details = detailsOf(body, cause);
    super(`${call}: ${said}${details ? `: ${details}` : ""}${requestId ? ` (request ${requestId})` : ""}`, { cause });
    if (status !== undefined) this.status = status;
    if (body.type !== undefined) this.type = body.type;
    if (transport !== undefined) this.transport = transport;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
    this.body = body;
  }

  /**
   * True if the API says that the object does not exist. A 404 alone does not: a proxy, or a wrong API URL, answers it
   * for objects that exist, and are billed.
   */
  get notFound(): boolean {
    return this.type === "not_found" || this.type === "unknown_resource";
  }

  /** True if the call was sent and its answer was lost: it may have had its effect. */
  get answerLost(): boolean {
    return this.transport === "timeout" || this.transport === "broken";
  }

  /** True if the API took the call for one too many, and did nothing. A 429 of another type (a quota) is a refusal. */
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

/** What a user can do about a refused call, by the API's error type, else by the HTTP status. */
const REMEDIES: Record<string, string> = {
  denied_authentication:
    "check the secret key (scaleway:secretKey, SCW_SECRET_KEY or the profile): it is wrong, expired or deleted.",
  permissions_denied: "give the API key's IAM policy the permission named above, on this project, then run this again.",
  quotas_exceeded: "ask for a higher quota in the console (Organization, Quotas), or delete what is not needed.",
  out_of_stock:
    "choose another PoP or bandwidth (`getPops`, or `scw interlink pop list`), or ask Scaleway for capacity.",
  locked: "the resource is locked by Scaleway's Trust and Safety: open a support ticket.",
  transient_state: "the resource is still being changed: run this again in some minutes.",
  already_exists: "choose another value, or adopt what exists (adoptId).",
  precondition_failed: "meet the condition named above, then run this again.",
  too_many_requests: "run this again later, or with a lower --parallel.",
  invalid_arguments:
    "correct the input named above. If it is tags, and not yours: `pulumi config set scaleway:ownershipTags false`.",
  unreachable:
    "check the network, TLS certificates, HTTPS_PROXY and the API URL (scaleway:apiUrl, SCW_API_URL), then run this again.",
  timeout: "run this again: what the call may have made is found and adopted, never made twice.",
  broken: "run this again: what the call may have made is found and adopted, never made twice.",
  401: "check the secret key (scaleway:secretKey, SCW_SECRET_KEY or the profile).",
  not_found: "check the id and the region.",
  unknown_resource: "check the id and the region.",
  403: "check that the API key may do this in this project.",
  404: "check the API URL (scaleway:apiUrl, SCW_API_URL): the answer is not the API's own.",
  429: "run this again later, or with a lower --parallel.",
};

/** The kind of an error; an old body, of one kind for all wrong requests, tells a quota by its message (published types). */
function kindOf({ type = "", body: { message = "" } }: ApiError): string {
  if (type !== "invalid_request_error") return type;
  return message.includes("quota exceeded for this resource") ? "quotas_exceeded" : "invalid_arguments";
}

/** Turns a failure of the API into an error for the user that says what was being done; passes any other as it is. */
export function explain(doing: string, cause: unknown, remedy?: string): unknown {
  if (!(cause instanceof ApiError)) return cause;
  const now =
    remedy ??
    REMEDIES[kindOf(cause)] ??
    REMEDIES[cause.transport ?? ""] ??
    REMEDIES[String(cause.status)] ??
    "run `pulumi up` again; if it stays so, give the request id to Scaleway's support.";
  return new UserError(doing, { said: cause.message, now, cause });
}

/** What `read` finds, or undefined where the API says that it does not exist. Any other failure throws. */
export async function undefinedIfNotFound<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ApiError && error.notFound) return undefined;
    throw error;
  }
}

/** Runs `work`, and explains what it was doing if the API fails it. */
export async function doing<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw explain(what, cause);
  }
}

/**
 * A create or update that failed after the object existed. The engine saves `id` and `state`, and the next
 * `pulumi up` goes on from there with an update.
 */
export class HalfDone extends Error {
  override name = "HalfDone";
  readonly id: string;
  readonly state: object;

  constructor(id: string, state: object, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.stack = "";
    this.id = id;
    this.state = state;
  }
}

const LONGEST_QUOTE = 80;

/** A value as an error repeats it, whatever its type and length. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}

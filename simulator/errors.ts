/**
 * The error bodies of the API, by `type`. They were recorded, on this API or on another product behind the same gateway,
 * except the statuses that are marked as guesses.
 */

/** Refuses a call with this status and body. */
export class Refusal extends Error {
  override name = "Refusal" as const;
  readonly status: number;
  readonly body: Record<string, unknown>;

  constructor(status: number, body: { message: string; [field: string]: unknown }) {
    super(body.message);
    this.status = status;
    this.body = body;
  }
}

/** A request that the simulator does not support. It is printed and answered with 501, never with an invented answer. */
export class Unhandled extends Error {
  override name = "Unhandled" as const;
}

/** One entry of `details` in an `invalid_arguments` body. */
export interface ArgumentProblem {
  argument_name: string;
  reason: "required" | "format" | "constraint";
  help_message?: string;
}

/** 404: the object does not exist in this region, or was deleted. */
export const notFound = (resource: string, id: string) =>
  new Refusal(404, { type: "not_found", message: "resource is not found", resource, resource_id: id });

/** 400: arguments that are missing, malformed or out of bounds. */
export const invalidArguments = (details: ArgumentProblem[]) =>
  new Refusal(400, { type: "invalid_arguments", message: "invalid argument(s)", details });

/** 400 for one argument that breaks a rule. */
export const constraint = (argument_name: string, help_message: string) =>
  invalidArguments([{ argument_name, reason: "constraint", help_message }]);

/** 401: no usable secret key. */
export const deniedAuthentication = (reason: "invalid_argument" | "not_found") =>
  new Refusal(401, { type: "denied_authentication", message: "authentication is denied", method: "api_key", reason });

/** 409: the link is still applying the previous change. */
export const transientState = (resource: string, id: string, state: string) =>
  new Refusal(409, {
    type: "transient_state",
    message: "resource is in a transient state",
    resource,
    resource_id: id,
    current_state: state,
  });

/** 412: the object is not in the state that the call needs. */
export const preconditionFailed = (precondition: string, help_message: string) =>
  new Refusal(412, { type: "precondition_failed", message: "precondition failed", precondition, help_message });

/** 423: locked by Scaleway's Trust and Safety. The status is a guess: the type is published, its status was not recorded. */
export const locked = (resource: string, id: string) =>
  new Refusal(423, { type: "locked", message: "resource is locked", resource, resource_id: id });

/** 503: no free VLAN or address. The status is a guess, as for `locked`. */
export const outOfStock = (resource: string) =>
  new Refusal(503, { type: "out_of_stock", message: "resource is out of stock", resource });

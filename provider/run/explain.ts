import { ApiError } from "../api/api-error.ts";
import { UserError } from "../domain/user-error.ts";

/** What a user can do about a failed call: by the API's error type, else by the transport failure or the HTTP status. */
const REMEDIES: Record<string, string> = {
  denied_authentication:
    "check the secret key (secretKey in the stack configuration, SCW_SECRET_KEY or the profile): it is wrong, expired or deleted.",
  permissions_denied:
    "add the permission named above to the IAM policy of the API key, for this project, then run this again.",
  quotas_exceeded:
    "request a higher quota in the console (Organization, Quotas), or delete resources that you no longer need.",
  out_of_stock:
    "choose another PoP or bandwidth (`getPops`, or `scw interlink pop list`), or ask Scaleway for capacity.",
  locked: "the resource is locked by Scaleway's Trust and Safety: open a support ticket.",
  transient_state: "another change of the resource is in progress: run this again in a few minutes.",
  already_exists: "choose another value, or adopt the existing object (adoptId).",
  precondition_failed: "meet the condition named above, then run this again.",
  too_many_requests: "run this again later, or with a lower --parallel.",
  invalid_arguments:
    "correct the input named above. If it is a tag that you did not set, set ownershipTags to false in the stack configuration.",
  unreachable:
    "check the network, TLS certificates, HTTPS_PROXY and the API URL (apiUrl in the stack configuration, SCW_API_URL), then run this again.",
  timeout: "run this again: if the call created something, it is found and adopted, never created twice.",
  broken: "run this again: if the call created something, it is found and adopted, never created twice.",
  401: "check the secret key (secretKey in the stack configuration, SCW_SECRET_KEY or the profile).",
  not_found: "check the id and the region.",
  unknown_resource: "check the id and the region.",
  403: "check that the API key may do this in this project.",
  404: "check the API URL (apiUrl in the stack configuration, SCW_API_URL): this answer does not come from Scaleway's API.",
  429: "run this again later, or with a lower --parallel.",
};

/** The type of an error. Of the older `invalid_request_error`, for any invalid request, the message names a quota (published types). */
function kindOf({ type = "", body: { message = "" } }: ApiError): string {
  if (type !== "invalid_request_error") return type;
  return message.includes("quota exceeded for this resource") ? "quotas_exceeded" : "invalid_arguments";
}

/** Turns an API failure into an error for the user that starts with `doing`; returns any other error unchanged. */
export function explain(doing: string, cause: unknown, remedy?: string): unknown {
  if (!(cause instanceof ApiError)) return cause;
  const kind = kindOf(cause);
  return new UserError(doing, {
    code: `api-${kind || cause.transport || cause.status || "unknown"}`,
    reason: cause.message,
    remedy:
      remedy ??
      REMEDIES[kind] ??
      REMEDIES[cause.transport ?? ""] ??
      REMEDIES[String(cause.status)] ??
      "run `pulumi up` again; if the error persists, send the request id to Scaleway's support.",
    cause,
  });
}

/** Runs `work` and explains its API failures; `what` is what it does, such as `attaching VPC …`. */
export async function doing<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw explain(what, cause);
  }
}

/**
 * Validation of requests. A query key or body field that appears in no recording and in no published type is reported as
 * unhandled, not refused, because what the API would do with it is unknown.
 */
import * as z from "zod";
import { type ArgumentProblem, invalidArguments, Refusal, Unhandled } from "./errors.ts";

/** In any case and of any UUID version: the API's own example ids have no valid version. */
export const uuid = z.guid();
/** Name of a link or policy (typed). */
export const name = z.string().min(1).max(255);
/**
 * A list in a body, such as tags; no limit is published. Null is an empty list: the official Go client sends it (recorded:
 * vpc).
 */
export const list = z
  .array(z.string())
  .nullable()
  .transform((given) => given ?? []);
/** AS number of the peer (typed). */
export const asn = z.number().int().min(1).max(65534);
/** Bandwidth of an order; each PoP offers only some (typed). */
export const bandwidth = z.number().int().min(1).max(100_000_000);

/** An integer in a query, whose values are text. */
export const integerText = z
  .string()
  .regex(/^-?\d+$/)
  .transform(Number);
/** `true` or `false` (typed). */
export const booleanText = z.enum(["true", "false"]).transform((text) => text === "true");

/** Query keys that may be repeated, once per value (typed). */
const REPEATED_KEYS = new Set(["tags", "pop_ids", "subnet_ids"]);

/** Parses a query string. Throws 400, or Unhandled for an unknown key. */
export function readQuery<Schema extends z.ZodType>(schema: Schema, query: URLSearchParams): z.output<Schema> {
  const input: Record<string, unknown> = {};
  for (const key of new Set(query.keys())) {
    const values = query.getAll(key);
    input[key] = REPEATED_KEYS.has(key) || values.length > 1 ? values : values[0];
  }
  return read(schema, input, "query key");
}

/** Validates a JSON body. Throws 400, or Unhandled for an unknown field. */
export function readBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  // Every recorded action without arguments sends `{}`. Guess: no body does the same.
  return read(schema, body ?? {}, "body field");
}

/** Validates an id in a path. Guess: a malformed id is an invalid argument; only well-formed ones were recorded. */
export function readId(argument: string, id: string): string {
  if (!uuid.safeParse(id).success) throw invalidArguments([{ argument_name: argument, reason: "format" }]);
  return id.toLowerCase();
}

function read<Schema extends z.ZodType>(schema: Schema, input: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? issue.keys : []));
  if (unknown.length > 0) throw new Unhandled(`unknown ${what} ${unknown.join(", ")}`);
  // Guess, after untyped bodies with 400 that were recorded on other products.
  if (parsed.error.issues.some((issue) => issue.path.length === 0)) {
    throw new Refusal(400, { message: `the ${what.split(" ")[0]} is not a JSON object` });
  }
  throw invalidArguments(parsed.error.issues.map((issue) => problem(issue, input)));
}

function problem(issue: z.core.$ZodIssue, input: unknown): ArgumentProblem {
  const given = issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)[key], input);
  const outOfBounds = issue.code === "too_small" || issue.code === "too_big" || issue.code === "custom";
  return {
    argument_name: String(issue.path[0]),
    reason: given === undefined ? "required" : outOfBounds ? "constraint" : "format",
    help_message: issue.message,
  };
}

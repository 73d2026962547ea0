/**
 * What a request may carry. A query key or body field that is in no recording and in no published type is not refused as
 * the API might refuse it but reported as unhandled: the simulator does not know what the API would do.
 */
import * as z from "zod";
import { type ArgumentProblem, invalidArguments, Refusal, Unhandled } from "./errors.ts";

/** Lower-case or not, of any version: the API's own example ids are of none. */
export const uuid = z.guid();
/** Name of a link or policy, on create and update (typed). */
export const name = z.string().min(1).max(255);
/**
 * A list of a body, such as tags, for which no limit is published. Null is an empty list: the official Go client sends it
 * (recorded: vpc).
 */
export const list = z
  .array(z.string())
  .nullable()
  .transform((given) => given ?? []);
/** AS number of the peer (typed). */
export const asn = z.number().int().min(1).max(65534);
/** Bandwidth that can be asked for; the real offer is per PoP (typed). */
export const bandwidth = z.number().int().min(1).max(100_000_000);

/** Query values come as text. */
export const integerText = z
  .string()
  .regex(/^-?\d+$/)
  .transform(Number);
/** `true` or `false` (typed). */
export const booleanText = z.enum(["true", "false"]).transform((text) => text === "true");

/** Query keys that may be repeated: each repetition is one more value (typed). */
const REPEATED_KEYS = new Set(["tags", "pop_ids", "subnet_ids"]);

/** Reads a query string. Throws 400, or Unhandled for a key that is not known. */
export function readQuery<Schema extends z.ZodType>(schema: Schema, query: URLSearchParams): z.output<Schema> {
  const input: Record<string, unknown> = {};
  for (const key of new Set(query.keys())) {
    const values = query.getAll(key);
    input[key] = REPEATED_KEYS.has(key) || values.length > 1 ? values : values[0];
  }
  return read(schema, input, "query key");
}

/** Reads a JSON body. Throws 400, or Unhandled for a field that is not known. */
export function readBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  // Every recorded action without arguments sends `{}`; that no body at all does the same is a guess.
  return read(schema, body ?? {}, "body field");
}

/** Checks an id in a path. A malformed one is an invalid argument (guess: only well-formed ones were recorded). */
export function readId(argument: string, id: string): string {
  if (!uuid.safeParse(id).success) throw invalidArguments([{ argument_name: argument, reason: "format" }]);
  return id.toLowerCase();
}

function read<Schema extends z.ZodType>(schema: Schema, input: unknown, what: string): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? issue.keys : []));
  if (unknown.length > 0) throw new Unhandled(`unknown ${what} ${unknown.join(", ")}`);
  // Untyped bodies with 400 were recorded on other products; which one answers this is a guess.
  if (parsed.error.issues.some((issue) => issue.path.length === 0)) {
    throw new Refusal(400, { message: `a JSON object is needed as ${what.split(" ")[0]}` });
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

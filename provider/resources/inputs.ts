import * as z from "zod";
import { type Definition, givenInputs, type InputProperty, inputsWith, leftOutOf } from "../domain/definition.ts";
import { isOwnTag } from "../domain/owner-tag.ts";
import { DEFAULT_REGION, isKnownRegion, isRegion, KNOWN_REGIONS } from "../domain/region.ts";
import { UNKNOWN } from "../domain/unknown.ts";
import { quoted } from "../domain/user-error.ts";
import { UUID } from "../domain/uuid.ts";
import type { Context } from "../run/context.ts";
import type { Failure } from "./contract.ts";

const ID = new RegExp(`^(?:([a-z]{2}-[a-z]{3})/)?(${UUID})$`);

/** An id: a plain UUID, or a regional one as Terraform writes it. */
export const id = z.string({ error: "must be an id (a string)" }).regex(ID, {
  error: (issue) =>
    `${quoted(issue.input)} is not a valid id: give a UUID (11111111-2222-…), or a regional one (fr-par/11111111-2222-…)`,
});
/** A project: a plain UUID. */
export const projectId = z.string({ error: "must be an id (a string)" }).regex(new RegExp(`^${UUID}$`), {
  error: (issue) => `${quoted(issue.input)} is not a valid UUID`,
});
/** A region. Only its form is checked, because Scaleway may add regions. */
export const region = z.string({ error: "must be a region (a string)" }).refine(isRegion, {
  error: (issue) => `${quoted(issue.input)} is not a valid region: use one such as ${KNOWN_REGIONS.join(", ")}`,
});
/** The owner of a link, as written in its owner tag. */
const owner = z.string({ error: "must be a string" }).regex(/^[^/]+\/[^/]+\/.+$/, {
  error: (issue) => `${quoted(issue.input)} is not a valid owner: give <project>/<stack>/<resource>`,
});
/** A name of 1 to 255 characters (limits of the published API types). */
export const name = z
  .string({ error: "must be a string" })
  .min(1, { error: "must not be empty" })
  .max(255, { error: "must have at most 255 characters" });
const tag = z
  .string({ error: "must be a string" })
  .min(1, { error: "must not be empty" })
  .refine((text) => !isOwnTag(text), {
    error: "is reserved for the provider's own tags (pulumi:…#…, interlink-drill:…): choose another tag",
  });
/** The user's tags. Those of the provider's own form are refused. */
export const tags = z.array(tag, { error: "must be a list of strings" });
/** A boolean. */
export const flag = z.boolean({ error: "must be true or false" });
/** A whole number between two inclusive bounds. `unit` is for the message. */
export const wholeNumber = (low: number, high: number, unit = "") =>
  z
    .int({ error: "must be a whole number" })
    .min(low, { error: `must be at least ${low}${unit}` })
    .max(high, { error: `must be at most ${high}${unit}` });
/** One of the given words. */
export const oneOf = <const Words extends readonly string[]>(words: Words) =>
  z.enum(words, { error: `must be ${words.map((word) => `"${word}"`).join(" or ")}` });
const prefixes = z.array(z.string({ error: "must be a prefix (a string)" }), { error: "must be a list of prefixes" });

/** The schema of one input of a definition. */
function schemaOfInput(property: InputProperty): z.ZodType {
  switch (property.type) {
    case "id":
      return id;
    case "projectId":
      return projectId;
    case "region":
      return region;
    case "name":
      return name;
    case "owner":
      return owner;
    case "boolean":
      return flag;
    case "integer":
      return wholeNumber(property.min, property.max, property.unit && ` ${property.unit}`);
    case "oneOf":
      return oneOf(property.values);
    case "someOf":
      return z.array(oneOf(property.values), {
        error: `must be a list of ${property.values.map((word) => `"${word}"`).join(" and ")}`,
      });
    case "tags":
      return tags;
    case "prefixes":
      return prefixes;
  }
}

/** The schema of all inputs of a kind. */
const schemaOf = ({ inputs }: Definition): z.ZodObject =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(inputs).map(([name, property]) => {
        const schema = schemaOfInput(property);
        return [name, property.required ? schema : schema.optional()];
      }),
    ),
  );

/** The inputs that are ids, for {@link localIds}. */
const idsOf = (definition: Definition): string[] =>
  inputsWith(definition, ({ type }) => type === "id" || type === "projectId");

type AnyInputs = Record<string, unknown>;

/** Validates inputs against a strict schema. Unknown values pass. A failure names the path of its input. */
export function parseInputs<Inputs extends object>(
  schema: z.ZodObject,
  raw: AnyInputs,
): { inputs: Inputs; failures: Failure[] } {
  const parsed = schema.safeParse(raw);
  const wrong = parsed.success ? [] : parsed.error.issues.filter((issue) => valueAt(raw, issue.path) !== UNKNOWN);
  return { inputs: raw as Inputs, failures: wrong.flatMap((issue) => failuresOf(issue, raw, schema)) };
}

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, step) => (inner as Record<PropertyKey, unknown> | undefined)?.[step], value);

function failuresOf(issue: z.core.$ZodIssue, known: AnyInputs, schema: z.ZodObject): Failure[] {
  if (issue.code === "unrecognized_keys") {
    const inputs = Object.keys(schema.shape);
    return issue.keys.map((key) => ({
      property: key,
      reason: `unknown input; valid inputs: ${inputs.join(", ")}`,
    }));
  }
  const [key, ...rest] = issue.path;
  const property =
    String(key) + rest.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
  return [{ property, reason: known[String(key)] === undefined ? "is required" : issue.message }];
}

/**
 * Normalizes ids to plain lower-case UUIDs. A regional id must match the resource's region (its input, else the configured
 * one). If neither is set, the id determines the region.
 */
export function localIds<Inputs extends { region?: string }>(
  context: Pick<Context, "config"> & Partial<Pick<Context, "warnOnce">>,
  inputs: Inputs,
  keys: readonly string[],
): { inputs: Inputs; failures: Failure[] } {
  const local: Inputs = { ...inputs };
  const failures: Failure[] = [];
  let home = local.region ?? context.config.region?.value;
  const plain = (property: string, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((one, index) => plain(`${property}[${index}]`, one));
    if (typeof value !== "string" || value === UNKNOWN) return value;
    const [, here, uuid] = ID.exec(value) ?? [];
    if (uuid === undefined) return value;
    if (here !== undefined && home === undefined) {
      home = here;
      local.region = here;
    }
    if (here !== undefined && home !== UNKNOWN && here !== home) {
      failures.push({
        property,
        reason: `"${value}" is in ${here}, but this resource is in ${home}: use an id in ${home}, or set region`,
      });
    }
    return uuid.toLowerCase();
  };
  for (const key of keys) {
    const value = (local as AnyInputs)[key];
    if (value !== undefined) Object.assign(local, { [key]: plain(key, value) });
  }
  const used = home ?? DEFAULT_REGION;
  if (used !== UNKNOWN && !isKnownRegion(used)) {
    context.warnOnce?.(
      `Region ${used} is not a known InterLink region (${KNOWN_REGIONS.join(", ")}): check the spelling, unless it is new.`,
    );
  }
  return { inputs: local, failures };
}

/**
 * Returns the parser that check uses for a kind: it validates inputs and normalizes ids. `malformed`: the inputs do not
 * match the definition, so further checks make no sense.
 */
export function parserOf<Inputs extends { region?: string }>(definition: Definition) {
  const schema = schemaOf(definition);
  const ids = idsOf(definition);
  return (context: Context, raw: AnyInputs): { inputs: Inputs; failures: Failure[]; malformed: boolean } => {
    const parsed = parseInputs<Inputs>(schema, raw);
    if (parsed.failures.length > 0) return { ...parsed, malformed: true };
    return { ...localIds(context, parsed.inputs, ids), malformed: false };
  };
}

/**
 * Throws if a new resource has no project and none is configured, so that the preview fails rather than `up` halfway
 * through the program.
 */
export function requireProject(
  context: Pick<Context, "config">,
  inputs: { projectId?: string },
  oldInputs: object,
): void {
  if (inputs.projectId === undefined && Object.keys(oldInputs).length === 0) context.config.projectId();
}

/** The region of a resource: its input, else the configured one, else Scaleway's default. */
export function regionOf(context: Pick<Context, "config">, inputs: { region?: string }): string {
  return inputs.region ?? context.config.region?.value ?? DEFAULT_REGION;
}

/**
 * The inputs that a read returns: only those that check accepts. Omitted inputs whose values Scaleway or the provider
 * chose stay omitted. Without old inputs (an import), all values count as given.
 */
export const inputsOf = <Inputs extends object>(
  definition: Definition,
  state: object,
  oldInputs: Partial<Inputs> | undefined,
): Partial<Inputs> => givenInputs(definition, state, oldInputs === undefined ? [] : leftOutOf(definition, oldInputs));

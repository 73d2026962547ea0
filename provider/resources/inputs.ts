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
/** A region, by its form: this version may not know it yet. */
export const region = z.string({ error: "must be a region (a string)" }).refine(isRegion, {
  error: (issue) => `${quoted(issue.input)} is not a valid region: use one such as ${KNOWN_REGIONS.join(", ")}`,
});
/** Who owns a link, as its tag names the owner. */
const owner = z.string({ error: "must be a string" }).regex(/^[^/]+\/[^/]+\/.+$/, {
  error: (issue) => `${quoted(issue.input)} is not a valid owner: give <project>/<stack>/<resource>`,
});
/** Limits by the published types: 1 to 255 characters. */
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
/** Tags that are the user's: texts that do not look like the provider's own. */
export const tags = z.array(tag, { error: "must be a list of strings" });
/** A yes or no. */
export const flag = z.boolean({ error: "must be true or false" });
/** A whole number between two bounds, both included; `unit` is for the message. */
export const wholeNumber = (low: number, high: number, unit = "") =>
  z
    .int({ error: "must be a whole number" })
    .min(low, { error: `must be at least ${low}${unit}` })
    .max(high, { error: `must be at most ${high}${unit}` });
/** One of some words. */
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

/** What check takes for a kind of resource. */
const schemaOf = ({ inputs }: Definition): z.ZodObject =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(inputs).map(([name, property]) => {
        const schema = schemaOfInput(property);
        return [name, property.required ? schema : schema.optional()];
      }),
    ),
  );

/** Inputs that are ids, which {@link localIds} writes as plain UUIDs. */
const idsOf = (definition: Definition): string[] =>
  inputsWith(definition, ({ type }) => type === "id" || type === "projectId");

type AnyInputs = Record<string, unknown>;

/** Validates inputs against a strict schema. Unknown ones pass; a wrong one is named by its path. */
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
 * Writes ids as plain lower-case UUIDs. A regional id must agree with the resource's region (its input, else the
 * configured one); where neither is set, the id says the region.
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
 * How check takes the inputs of a kind: validated, with plain ids. `malformed` where they are not of the form that the
 * definition gives, so that nothing more can be said of them.
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
 * Throws where a resource that is to be made names no project, and none is configured: a preview then says so, before
 * `up` has made half of a program.
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
 * What a read gives back as inputs: only what check takes. Inputs that were left out, and whose values are chosen, stay
 * left out; without old inputs (an import) all that there is counts as given.
 */
export const inputsOf = <Inputs extends object>(
  definition: Definition,
  state: object,
  oldInputs: Partial<Inputs> | undefined,
): Partial<Inputs> => givenInputs(definition, state, oldInputs === undefined ? [] : leftOutOf(definition, oldInputs));

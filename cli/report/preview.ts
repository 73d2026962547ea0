/** Parses the output of `pulumi preview --json`: the digest, or the stream of engine events. */
import * as z from "zod";
import { topLevelNames } from "../../provider/domain/property-path.ts";
import type { ResourceKind } from "../../provider/index.ts";
import { secretsIn } from "./mask.ts";

/** The operation on a resource, whatever engine steps it takes. */
export type Op = "same" | "create" | "update" | "replace" | "delete" | "read";

/** A resource before or after a change. A preview knows few outputs of a new resource. */
export interface ResourceState {
  id?: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  /** URNs of the resources that each input depends on. Empty in an event stream, which does not contain them. */
  dependsOn: Record<string, string[]>;
  /** URNs of all resources that it depends on. Absent in an event stream. */
  dependencies?: string[];
  /** Top-level names of inputs in `ignoreChanges`. Unknown for plugin resources in an event stream. */
  ignoreChanges?: string[];
}

/** An InterLink resource in a preview. */
export interface Change {
  urn: string;
  kind: ResourceKind;
  name: string;
  op: Op;
  old?: ResourceState;
  new?: ResourceState;
  /** The old object of an interrupted replacement, which still has to be deleted. */
  leftOver: boolean;
  /** A replacement that deletes the old object after the new one is created (without `deleteBeforeReplace`). */
  createFirst: boolean;
}

/** A message of the engine or a provider. */
export interface Diagnostic {
  severity: string;
  urn?: string;
  message: string;
}

/** The InterLink part of a preview. Changes are sorted by URN. */
export interface Preview {
  project: string;
  stack: string;
  changes: Change[];
  diagnostics: Diagnostic[];
  /** The preview stopped at an error, so later resources are missing. */
  failed: boolean;
  /** Secrets in plain text in the preview, to be masked in the report. */
  secrets: string[];
  /** Whether unchanged resources were omitted (a digest without `--show-sames`). */
  unchangedLeftOut: boolean;
}

/** A text that is not a usable preview. */
export class PreviewError extends Error {
  override name = "PreviewError" as const;
}

const KINDS: readonly ResourceKind[] = ["InterLink", "RoutingPolicy", "VpcAttachment", "RoutePropagation"];
/** Type token of a resource of the dynamic provider or the plugin. */
const TYPE = /(?:pulumi-nodejs:dynamic\/scaleway-interlink|scaleway-interlink:index):(\w+)$/;

const properties = z.record(z.string(), z.unknown()).nullish();
const stateSchema = z.looseObject({
  id: z.string().nullish(),
  delete: z.boolean().nullish(),
  inputs: properties,
  outputs: properties,
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
  dependencies: z.array(z.string()).nullish(),
  ignoreChanges: z.array(z.string()).nullish(),
});
const stepSchema = z.looseObject({
  op: z.string(),
  urn: z.string(),
  oldState: stateSchema.nullish(),
  newState: stateSchema.nullish(),
});
const diagnosticSchema = z.looseObject({
  severity: z.string(),
  urn: z.string().nullish(),
  prefix: z.string().nullish(),
  message: z.string().default(""),
});
const countsSchema = z.record(z.string(), z.number()).nullish();
const digestSchema = z.looseObject({
  steps: z.array(stepSchema).nullish(),
  diagnostics: z.array(diagnosticSchema).nullish(),
  changeSummary: countsSchema,
  duration: z.number(),
});
const eventSchema = z.looseObject({
  sequence: z.number(),
  resourcePreEvent: z
    .looseObject({
      metadata: z.looseObject({
        op: z.string(),
        urn: z.string(),
        old: stateSchema.nullish(),
        new: stateSchema.nullish(),
      }),
      planning: z.boolean().nullish(),
    })
    .nullish(),
  diagnosticEvent: diagnosticSchema.extend({ ephemeral: z.boolean().nullish() }).nullish(),
  summaryEvent: z.looseObject({ isPreview: z.boolean().nullish(), result: z.string().nullish() }).nullish(),
});
type Step = z.output<typeof stepSchema>;

/**
 * Parses a preview. `from` names the source of the text in error messages.
 * @throws PreviewError with the cause, and how to create a preview
 */
export function parsePreview(text: string, from: string): Preview {
  if (text.trim() === "") throw new PreviewError(`${from} is empty. ${HOW}`);
  // A stream has one event per line; the first line of a digest is a brace.
  const firstLine = text.trimStart().split("\n", 1)[0] ?? "";
  return /^\{"(sequence|timestamp)":/.test(firstLine) ? fromEvents(text, from) : fromDigest(text, from);
}

const HOW = "Create a preview with `pulumi preview --json --show-sames > preview.json`.";

const APART = "Does it also contain standard error (2>&1)?";

function fromDigest(text: string, from: string): Preview {
  const json = parseJson(text, from);
  const digest = checked(digestSchema, json, from);
  const steps = digest.steps ?? [];
  const diagnostics = (digest.diagnostics ?? []).map(plainDiagnostic);
  const sames = steps.filter(({ op }) => op === "same").length;
  return previewOf(steps, diagnostics, {
    failed: hasError(diagnostics),
    secrets: secretsIn(json),
    unchangedLeftOut: (digest.changeSummary?.same ?? 0) > sames,
  });
}

function fromEvents(text: string, from: string): Preview {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const json = lines.map((line) => parseJson(line, from));
  const events = json.map((event) => checked(eventSchema, event, from));
  const summary = events.find(({ summaryEvent }) => summaryEvent)?.summaryEvent;
  if (!summary) throw cut(from);
  if (summary.isPreview === false || events.some(({ resourcePreEvent }) => resourcePreEvent?.planning === false)) {
    throw new PreviewError(`${from} contains the events of an update, not of a preview. ${HOW}`);
  }
  const deletedFirst = new Set<string>();
  const steps = events.flatMap(({ resourcePreEvent }): Step[] => {
    if (!resourcePreEvent) return [];
    const { op, urn, old, new: next } = resourcePreEvent.metadata;
    if (op === "delete-replaced" && !old?.delete) deletedFirst.add(urn);
    // In a stream the order of both halves shows whether the old object is deleted first; a digest marks the old state instead.
    const marked = old && OPS[op] === "replace" && op !== "delete-replaced";
    return [{ op, urn, oldState: marked ? { ...old, delete: !deletedFirst.has(urn) } : old, newState: next }];
  });
  const diagnostics = events.flatMap(({ diagnosticEvent: event }) =>
    event && !event.ephemeral && event.severity !== "debug" ? [plainDiagnostic(event)] : [],
  );
  return previewOf(steps, diagnostics, {
    failed: summary.result === "failed" || hasError(diagnostics),
    secrets: secretsIn(json),
    unchangedLeftOut: false,
  });
}

/** Marks a preview as failed, with the failure as a message. */
export const failedBy = (failure: string | undefined, preview: Preview): Preview =>
  failure === undefined
    ? preview
    : { ...preview, failed: true, diagnostics: [...preview.diagnostics, { severity: "error", message: failure }] };

function parseJson(text: string, from: string): unknown {
  try {
    // trim() removes a byte order mark, which JSON.parse refuses.
    return JSON.parse(text.trim());
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    if (message.includes("after JSON")) throw new PreviewError(`${from} continues after its JSON. ${APART} ${HOW}`);
    if (text.trimStart().startsWith("{")) throw cut(from);
    throw new PreviewError(`${from} is not JSON. ${APART} ${HOW}`);
  }
}

const cut = (from: string) =>
  new PreviewError(`${from} ends in the middle of the preview: it was truncated, or the CLI was killed. ${HOW}`);

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, from: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new PreviewError(
    `${from} is JSON, but not a Pulumi preview (${issue?.path.join(".") || "top level"}: ${issue?.message}). ${HOW}`,
  );
}

const hasError = (diagnostics: Diagnostic[]) => diagnostics.some(({ severity }) => severity === "error");

function plainDiagnostic({ severity, urn, prefix, message }: z.output<typeof diagnosticSchema>): Diagnostic {
  const text = `${prefix ?? ""}${message}`
    .replaceAll(/<\{%[^%]*%\}>/g, "")
    .replace(/^(error|warning): /, "")
    .trim();
  return { severity, message: text, ...(urn && { urn }) };
}

function previewOf(
  steps: Step[],
  diagnostics: Diagnostic[],
  facts: Pick<Preview, "failed" | "secrets" | "unchangedLeftOut">,
): Preview {
  const changes = new Map<string, Change>();
  for (const step of steps) {
    const change = changeOf(step);
    if (change === undefined) continue;
    const key = change.leftOver ? `${change.urn} ${change.old?.id}` : change.urn;
    const earlier = changes.get(key);
    changes.set(key, earlier ? merged(earlier, change) : change);
  }
  // An old object whose replacement is in this preview is not left over. After a rename it has the old URN.
  const replaced = new Set([...changes.values()].flatMap(({ op, old }) => (op === "replace" ? (old?.id ?? []) : [])));
  for (const [key, { leftOver, old }] of changes) {
    if (leftOver && replaced.has(old?.id ?? "")) changes.delete(key);
  }
  const [, stack = "", project = ""] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(steps[0]?.urn ?? "") ?? [];
  const sorted = [...changes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change);
  return { project, stack, changes: sorted, diagnostics, ...facts };
}

const OPS: Record<string, Op> = {
  same: "same",
  create: "create",
  import: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  "import-replacement": "replace",
  "read-replacement": "replace",
  read: "read",
};

/** The change of a step; undefined for other resources, and for refresh steps. */
function changeOf({ op: step, urn, oldState, newState }: Step): Change | undefined {
  const [, , types = "", ...name] = urn.split("::");
  const kind = KINDS.find((kind) => kind === TYPE.exec(types)?.[1]);
  const op = OPS[step];
  if (kind === undefined || op === undefined) return undefined;
  const leftOver = (step === "delete" || step === "delete-replaced") && oldState?.delete === true;
  return {
    urn,
    kind,
    name: name.join("::"),
    op: leftOver ? "delete" : op,
    ...(oldState && { old: plainState(oldState) }),
    ...(newState && { new: plainState(newState) }),
    leftOver,
    // If the new object is created first, the engine marks the old one for deletion; otherwise it deletes it without a mark.
    createFirst: op === "replace" && oldState?.delete === true,
  };
}

/** The later step counts, since a refresh comes before the change. All steps of a replacement stay one change. */
function merged(earlier: Change, later: Change): Change {
  if (earlier.op === "replace" || later.op === "replace") {
    const [old, next] = [earlier.old ?? later.old, later.new ?? earlier.new];
    const createFirst = earlier.createFirst || later.createFirst;
    return { ...later, op: "replace", createFirst, ...(old && { old }), ...(next && { new: next }) };
  }
  return later;
}

function plainState({
  id,
  inputs,
  outputs,
  propertyDependencies,
  dependencies,
  ignoreChanges,
}: z.output<typeof stateSchema>): ResourceState {
  // The event stream does not contain the option; the dynamic provider keeps it among the inputs.
  const hidden = Array.isArray(inputs?.__ignoreChanges) ? inputs.__ignoreChanges.map(String) : [];
  const dependsOn = Object.entries(propertyDependencies ?? {}).map(([key, urns]) => [key, urns ?? []]);
  return {
    ...(id && { id }),
    inputs: plainProperties(inputs ?? {}),
    outputs: plainProperties(outputs ?? {}),
    dependsOn: Object.fromEntries(dependsOn),
    ignoreChanges: topLevelNames([...(ignoreChanges ?? []), ...hidden], Object.keys(inputs ?? {})),
    ...(dependencies && { dependencies }),
  };
}

/** Properties without the code of the dynamic provider, and without nulls, which mean absent. */
const plainProperties = (properties: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(properties).filter(([key, value]) => key !== "__provider" && value !== null));

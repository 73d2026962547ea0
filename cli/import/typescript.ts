/** Generates a TypeScript program. */
import type { Host } from "../../provider/domain/resource-type.ts";
import { type PlannedResource, Reference, type Value } from "./plan.ts";

/** Suffixes of variable names, so that no variable is a reserved word. */
const VARIABLE_SUFFIX: Record<PlannedResource["kind"], string> = {
  InterLink: "Link",
  VpcAttachment: "Vpc",
  RoutePropagation: "Routes",
  RoutingPolicy: "Policy",
  RedundantInterLink: "Line",
};

/** The program for a plan, without the resources that components create. */
export function typescriptProgram(resources: readonly PlannedResource[], host: Host, head: string): string {
  const declared = resources.filter(({ parent }) => parent === undefined);
  const variables = variablesOf(declared);
  const classes = [...new Set(declared.map(({ kind }) => kind))].toSorted();
  const isUsed = (resource: PlannedResource) =>
    declared.some(({ inputs }) => references(inputs).some((one) => refersTo(one, resource)));
  const statements = declared.map((resource) => {
    const { kind, name, inputs } = resource;
    const args = textOf(inputs, 1, (reference) => {
      const referenced = declared.find((one) => refersTo(reference, one));
      return `${referenced && variables.get(referenced)}.${reference.property}`;
    });
    const assigned = isUsed(resource) ? `const ${variables.get(resource)} = ` : "";
    return `${assigned}new ${kind}(\n  ${JSON.stringify(name)},\n  ${args},\n  { protect: true },\n);`;
  });
  const comment = head.split("\n").map((line) => `// ${line}`.trimEnd());
  const imports = [
    ...(host === "plugin" ? [`import "pulumi-scaleway-interlink/plugin";`] : []),
    `import { ${classes.join(", ")} } from "pulumi-scaleway-interlink";`,
  ];
  return `${[...comment, ...imports].join("\n")}\n\n${statements.join("\n\n")}\n`;
}

const refersTo = (reference: Reference, { kind, name }: PlannedResource) =>
  reference.kind === kind && reference.name === name;

function references(value: Value): Reference[] {
  if (value instanceof Reference) return [value];
  return typeof value === "object" ? Object.values(value).flatMap(references) : [];
}

function variablesOf(resources: readonly PlannedResource[]): Map<PlannedResource, string> {
  const taken = new Set<string>();
  return new Map(
    resources.map((resource) => {
      const camel = resource.name.replaceAll(/[-_]+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? "");
      const suffix = VARIABLE_SUFFIX[resource.kind];
      const start = camel.charAt(0).toLowerCase() + camel.slice(1);
      const base = start.toLowerCase().endsWith(suffix.toLowerCase()) ? start : start + suffix;
      let variable = base;
      for (let count = 2; taken.has(variable); count++) variable = `${base}${count}`;
      taken.add(variable);
      return [resource, variable];
    }),
  );
}

/** A value as TypeScript code. Its second and further lines are indented by `depth` steps. */
function textOf(value: Value, depth: number, refer: (reference: Reference) => string): string {
  if (value instanceof Reference) return refer(value);
  if (typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map((item) => textOf(item, depth, refer)).join(", ")}]`;
  const indent = "  ".repeat(depth + 1);
  const lines = Object.entries(value).map(([key, item]) => `${indent}${key}: ${textOf(item, depth + 1, refer)},\n`);
  return `{\n${lines.join("")}${"  ".repeat(depth)}}`;
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

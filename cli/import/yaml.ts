/** Generates a Pulumi YAML program, which runs with the plugin. */
import { stringify } from "yaml";
import { typeAt } from "../../provider/domain/resource-type.ts";
import { type PlannedResource, Reference, type Value } from "./plan.ts";

/** A Pulumi.yaml with the resources of a plan, without those that components create. */
export function yamlProgram(project: object, resources: readonly PlannedResource[], head: string): string {
  const declared = resources.filter(({ parent }) => parent === undefined);
  const members = declared.map((resource) => [
    resource.name,
    {
      type: typeAt("plugin", resource.kind),
      properties: plain(resource.inputs),
      options: { protect: true },
    },
  ]);
  const comment = head.split("\n").map((line) => `# ${line}`.trimEnd());
  return `${comment.join("\n")}\n${stringify({ ...project, resources: Object.fromEntries(members) }, { lineWidth: 0 })}`;
}

/** Pulumi YAML reads `${…}` in a string as a reference, so a literal `${` is written as `$${`. */
function plain(value: Value): unknown {
  if (value instanceof Reference) return `\${${value.name}.${value.property}}`;
  if (typeof value === "string") return value.replaceAll("${", "$${");
  if (typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

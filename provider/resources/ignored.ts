import type { Definition } from "../domain/definition.ts";
import type { DiffRequest } from "./contract.ts";

type Ignoring<Inputs> = Pick<DiffRequest<Inputs, never>, "inputs" | "ignoreChanges">;

/**
 * The desired inputs of an existing resource. Inputs in `ignoreChanges` take their live value, so they never differ and no
 * call changes them; Pulumi itself only takes the value in the state. Directives are not part of the live object and keep
 * the program's value.
 */
export function applyIgnoreChanges<Inputs extends object>(
  definition: Definition,
  { inputs, ignoreChanges }: Ignoring<Inputs>,
  now: object,
): Inputs {
  const present = now as Record<string, unknown>;
  const left = ignoreChanges.filter((name) => definition.inputs[name] && !definition.inputs[name].directive);
  return { ...inputs, ...Object.fromEntries(left.map((name) => [name, present[name]])) };
}

import type { Definition } from "../domain/definition.ts";
import type { DiffRequest } from "./contract.ts";

type Ignoring<Inputs> = Pick<DiffRequest<Inputs, never>, "inputs" | "ignoreChanges">;

/**
 * The inputs that a resource which exists is compared with and changed to: what the user told Pulumi to leave alone
 * (`ignoreChanges`) is as it is now, so it is never a difference, and no call changes it. Pulumi itself compares with the
 * last known state only. An input that steers a run is no property of the live object, and stays as the program gives it.
 */
export function leaveIgnored<Inputs extends object>(
  definition: Definition,
  { inputs, ignoreChanges }: Ignoring<Inputs>,
  now: object,
): Inputs {
  const present = now as Record<string, unknown>;
  const left = ignoreChanges.filter((name) => definition.inputs[name] && !definition.inputs[name].directive);
  return { ...inputs, ...Object.fromEntries(left.map((name) => [name, present[name]])) };
}

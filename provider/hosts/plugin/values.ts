import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type { Definition } from "../../domain/definition.ts";
import { UNKNOWN } from "../../domain/unknown.ts";
import type { Properties } from "../calls.ts";

/** How Pulumi's wire marks an object that stands for another kind of value (`sdk/go/common/resource/sig`). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Values as handlers take them: secrets in plain, and nothing in place of what is absent. */
export const received = (struct: Struct | undefined): Properties =>
  withoutNulls((struct === undefined ? {} : plain(struct.toJavaScript())) as Properties);

/** Values as the wire takes them. */
export const sent = (values: object): Struct => Struct.fromJavaScript(JSON.parse(JSON.stringify(values)));

/** The members of these that are secret, or hold something secret. */
export const secretsIn = (...structs: (Struct | undefined)[]): Set<string> =>
  new Set(
    structs.flatMap((struct) =>
      Object.entries(struct?.toJavaScript() ?? {}).flatMap(([name, value]) => (holdsSecret(value) ? [name] : [])),
    ),
  );

/** Marks the members that are secret. */
export const withSecrets = (values: Properties, secrets: ReadonlySet<string>): Properties =>
  mapped(values, (value, name) => (secrets.has(name) ? { [SIGNATURE]: SECRET, value } : value));

/**
 * The outputs of a change that a preview shows: the inputs, what the state holds of those that are chosen, and all else
 * unknown.
 */
export function previewed(definition: Definition, inputs: Properties, state: Properties = {}): Properties {
  const outputs = mapped(definition.outputs, () => UNKNOWN as unknown);
  const echoed = mapped(definition.inputs, ({ default: usual, chosen }, name) => {
    return inputs[name] ?? usual ?? (chosen === undefined ? undefined : (state[name] ?? UNKNOWN));
  });
  return { ...outputs, ...withoutNulls(echoed) };
}

function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  const members = value as Properties;
  return members[SIGNATURE] === SECRET ? plain(members.value) : mapped(members, plain);
}

function holdsSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return (value as Properties)[SIGNATURE] === SECRET || Object.values(value).some(holdsSecret);
}

const withoutNulls = (values: Properties): Properties =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));

const mapped = <T, R>(members: Readonly<Record<string, T>>, change: (value: T, name: string) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [name, change(value, name)]));

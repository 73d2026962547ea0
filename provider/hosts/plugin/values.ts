import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type { Definition } from "../../domain/definition.ts";
import { UNKNOWN } from "../../domain/unknown.ts";
import type { Properties } from "../calls.ts";

/** Key by which Pulumi marks an object that represents a special value (`sdk/go/common/resource/sig`). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** Values for handlers: secrets as plain values, and no nulls. */
export const received = (struct: Struct | undefined): Properties =>
  withoutNulls((struct === undefined ? {} : plain(struct.toJavaScript())) as Properties);

/** Values for the wire. */
export const sent = (values: object): Struct => Struct.fromJavaScript(JSON.parse(JSON.stringify(values)));

/** Names of the members that are secret or contain a secret. */
export const secretsIn = (...structs: (Struct | undefined)[]): Set<string> =>
  new Set(
    structs.flatMap((struct) =>
      Object.entries(struct?.toJavaScript() ?? {}).flatMap(([name, value]) => (holdsSecret(value) ? [name] : [])),
    ),
  );

/** Marks members as secret. */
export const withSecrets = (values: Properties, secrets: ReadonlySet<string>): Properties =>
  mapped(values, (value, name) => (secrets.has(name) && value !== undefined ? { [SIGNATURE]: SECRET, value } : value));

/**
 * The outputs that a preview of a change shows: the inputs, chosen values from the state, and all other outputs as unknown.
 */
export function previewed(definition: Definition, inputs: Properties, state: Properties = {}): Properties {
  const outputs = mapped(definition.outputs, () => UNKNOWN as unknown);
  const echoed = mapped(definition.inputs, ({ default: fallback, chosen }, name) => {
    return inputs[name] ?? fallback ?? (chosen === undefined ? undefined : (state[name] ?? UNKNOWN));
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

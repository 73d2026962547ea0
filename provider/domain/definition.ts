import { canonicalPrefix } from "./prefix.ts";
import { sameSet } from "./same-set.ts";
import { isUnknown } from "./unknown.ts";

/** Rules that apply to an input of any type. */
interface Rules {
  /** The program must set it. */
  required?: true;
  /** The value if the program omits the input. */
  default?: string | number | boolean;
  /**
   * If the program omits the input, create, the API or another client may choose a value. That value is kept and never
   * compared. `always`: every existing resource has a value; `maybe`: it may have none.
   */
  chosen?: "always" | "maybe";
  /** A change of the value replaces the resource. */
  replaces?: true;
  /** The input controls a run and is no property of the live object, so it is never compared with it. */
  directive?: true;
}

/** One input of a resource: its type, its bounds and its rules. */
export type InputProperty = Rules &
  (
    | { type: "id" | "projectId" | "region" | "name" | "owner" | "boolean" }
    | { type: "integer"; min: number; max: number; unit?: string }
    | { type: "oneOf" | "someOf"; values: readonly string[] }
    | { type: "tags" | "prefixes" }
  );

/** One output of a resource that is not also an input. */
export interface OutputProperty {
  /** Encrypted in the state and masked in output. */
  secret?: true;
}

/**
 * The inputs and outputs of a kind of resource. Validation, diff, the inputs that a refresh returns, and the outputs of the
 * class in `sdk/` are derived from it; the compiler checks that class against it.
 */
export interface Definition {
  kind: string;
  /** Required inputs first, as is usual in Pulumi. */
  inputs: Readonly<Record<string, InputProperty>>;
  outputs: Readonly<Record<string, OutputProperty>>;
}

/** The type of an input's value in handlers. */
export type ValueOf<P extends InputProperty> = P extends { type: "integer" }
  ? number
  : P extends { type: "boolean" }
    ? boolean
    : P extends { type: "tags" | "prefixes" }
      ? string[]
      : P extends { type: "someOf"; values: readonly (infer Word)[] }
        ? Word[]
        : P extends { type: "oneOf"; values: readonly (infer Word)[] }
          ? Word
          : string;

type RequiredKeys<Inputs> = {
  [Key in keyof Inputs]: Inputs[Key] extends { required: true } ? Key : never;
}[keyof Inputs];

/** The inputs that a program may set, as plain values. */
export type InputsOf<D extends Definition> = {
  -readonly [Key in RequiredKeys<D["inputs"]>]: ValueOf<D["inputs"][Key]>;
} & {
  -readonly [Key in Exclude<keyof D["inputs"], RequiredKeys<D["inputs"]>>]?: ValueOf<D["inputs"][Key]>;
};

/** The inputs that have a value in every existing resource, set by the program or chosen. */
export type AlwaysSet<D extends Definition> = {
  [Key in keyof D["inputs"]]: D["inputs"][Key] extends { required: true } | { chosen: "always" } | { default: unknown }
    ? Key
    : never;
}[keyof D["inputs"]];

/** Names of the inputs that match a rule. */
export const inputsWith = (definition: Definition, rule: (property: InputProperty) => boolean): string[] =>
  Object.entries(definition.inputs).flatMap(([name, property]) => (rule(property) ? [name] : []));

/** Inputs whose change replaces the resource. */
export const replacing = (definition: Definition): string[] =>
  inputsWith(definition, ({ replaces }) => replaces === true);

/** Inputs that the program omits but that have a default or a chosen value. */
export const leftOutOf = (definition: Definition, inputs: object): string[] =>
  inputsWith(definition, (property) => property.chosen !== undefined || property.default !== undefined).filter(
    (name) => (inputs as Record<string, unknown>)[name] === undefined,
  );

/** The inputs in a state that the program set. */
export function givenInputs<Inputs extends object>(
  definition: Definition,
  state: object,
  leftOut: readonly string[],
): Inputs {
  return Object.fromEntries(
    Object.entries(state).filter(
      ([name, value]) => name in definition.inputs && !leftOut.includes(name) && value !== undefined,
    ),
  ) as Inputs;
}

/**
 * Inputs that differ from the present values. Omitted inputs are not compared; a value that a preview does not know yet
 * counts as different.
 */
export function differing(definition: Definition, desired: object, present: object): string[] {
  const [desiredValues, presentValues] = [desired as Record<string, unknown>, present as Record<string, unknown>];
  return Object.entries(definition.inputs).flatMap(([name, property]) =>
    property.directive ||
    desiredValues[name] === undefined ||
    sameValue(property, desiredValues[name], presentValues[name])
      ? []
      : [name],
  );
}

/** Whether the inputs equal the old ones, apart from directives. */
export function sameInputs(definition: Definition, inputs: object, oldInputs: object): boolean {
  const given = inputs as Record<string, unknown>;
  const isLeftOut = (name: string) => given[name] === undefined && !definition.inputs[name]?.directive;
  return differing(definition, inputs, oldInputs).length === 0 && !Object.keys(oldInputs).some(isLeftOut);
}

/** The differences, for the user: `name is theirs, not mine: it will be corrected`. */
export const driftOf = (names: readonly string[], desired: object, present: object): string[] =>
  names.map((name) => {
    const [actual, expected] = [present, desired].map((one) => shown((one as Record<string, unknown>)[name]));
    return `${name} is ${actual}, not ${expected}: it will be corrected`;
  });

const shown = (value: unknown): string =>
  Array.isArray(value) ? value.join(", ") || "empty" : String(value ?? "unset");

/** Whether two values of an input are equivalent. */
export function sameValue({ type }: InputProperty, a: unknown, b: unknown): boolean {
  if (isUnknown(a)) return false;
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return type === "prefixes" ? sameSet(a.map(canonicalPrefix), b.map(canonicalPrefix)) : sameSet(a, b);
}

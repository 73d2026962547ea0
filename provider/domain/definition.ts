import { canonicalPrefix } from "./prefix.ts";
import { sameSet } from "./same-set.ts";
import { isUnknown } from "./unknown.ts";

/** What holds for an input of any type. */
interface Rules {
  /** The program has to give it. */
  required?: true;
  /** What it is where the program leaves it out: decided here, and the same in every run. */
  default?: string | number | boolean;
  /**
   * Where the program leaves it out, there may be a value all the same, chosen by create, the API or somebody else, which is
   * kept and never compared. `always`: a resource that exists has a value; `maybe`: it may have none.
   */
  chosen?: "always" | "maybe";
  /** Another value replaces the resource. */
  replaces?: true;
  /** It steers a run and says nothing about the live object, so it never is a difference. */
  directive?: true;
}

/** One input of a resource: its type with its bounds, and the rules it goes by. */
export type InputProperty = Rules &
  (
    | { type: "id" | "projectId" | "region" | "name" | "owner" | "boolean" }
    | { type: "integer"; min: number; max: number; unit?: string }
    | { type: "oneOf" | "someOf"; values: readonly string[] }
    | { type: "tags" | "prefixes" }
  );

/** One output of a resource that is no input. */
export interface OutputProperty {
  /** It is encrypted in the state and hidden on screens. */
  secret?: true;
}

/**
 * A kind of resource, once: its inputs and its outputs. Validation, what counts as a difference, what a refresh gives
 * back, and the outputs of the class in `sdk/` follow from it; the compiler holds it against that class.
 */
export interface Definition {
  kind: string;
  /** Pulumi's usual order: what has to be given first. */
  inputs: Readonly<Record<string, InputProperty>>;
  outputs: Readonly<Record<string, OutputProperty>>;
}

/** The value of an input, as handlers get it. */
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

/** What a program may give, in plain values. */
export type InputsOf<D extends Definition> = {
  -readonly [Key in RequiredKeys<D["inputs"]>]: ValueOf<D["inputs"][Key]>;
} & {
  -readonly [Key in Exclude<keyof D["inputs"], RequiredKeys<D["inputs"]>>]?: ValueOf<D["inputs"][Key]>;
};

/** The inputs that a resource which exists has a value of, given or chosen. */
export type AlwaysSet<D extends Definition> = {
  [Key in keyof D["inputs"]]: D["inputs"][Key] extends { required: true } | { chosen: "always" } | { default: unknown }
    ? Key
    : never;
}[keyof D["inputs"]];

/** Names of the inputs for which a rule holds. */
export const inputsWith = (definition: Definition, rule: (property: InputProperty) => boolean): string[] =>
  Object.entries(definition.inputs).flatMap(([name, property]) => (rule(property) ? [name] : []));

/** Inputs whose change replaces the resource. */
export const replacing = (definition: Definition): string[] =>
  inputsWith(definition, ({ replaces }) => replaces === true);

/** Inputs that the program has left out, and that have a value all the same. */
export const leftOutOf = (definition: Definition, inputs: object): string[] =>
  inputsWith(definition, (property) => property.chosen !== undefined || property.default !== undefined).filter(
    (name) => (inputs as Record<string, unknown>)[name] === undefined,
  );

/** The members of a state that are inputs which the program gave. */
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
 * Inputs that differ from what there is. What the program leaves out is not compared; a value that a preview does not
 * know yet counts as another one.
 */
export function differing(definition: Definition, desired: object, present: object): string[] {
  const [wanted, there] = [desired as Record<string, unknown>, present as Record<string, unknown>];
  return Object.entries(definition.inputs).flatMap(([name, property]) =>
    property.directive || wanted[name] === undefined || sameValue(property, wanted[name], there[name]) ? [] : [name],
  );
}

/** Whether two values of an input mean the same. */
export function sameValue({ type }: InputProperty, a: unknown, b: unknown): boolean {
  if (isUnknown(a)) return false;
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
  return type === "prefixes" ? sameSet(a.map(canonicalPrefix), b.map(canonicalPrefix)) : sameSet(a, b);
}

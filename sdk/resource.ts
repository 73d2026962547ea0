import * as pulumi from "@pulumi/pulumi";
import type { AlwaysSet, Definition, ValueOf } from "../provider/domain/definition.ts";
import { packageVersion } from "../provider/domain/package-version.ts";
import { withoutWildcard } from "../provider/domain/property-path.ts";
import { providerText } from "../provider/domain/provider-text.ts";
import { isFoundByOwner, twinRefusal } from "../provider/domain/resource-name.ts";
import type { ResourceKind } from "../provider/index.ts";
import { checkProviderIsFound } from "./found-provider.ts";
import { currentHost, otherTypeOf, typeOf } from "./host.ts";
import { hiddenOptions } from "./resource-options.ts";

/** Whether a value carries one of these types' mark: a resource, or what a policy pack has in its place. */
export const hasType = (value: unknown, ...types: string[]): boolean =>
  typeof value === "object" && value !== null && "__pulumiType" in value && types.includes(String(value.__pulumiType));

/** Whether a value is a resource of a kind, at whichever host. */
export const isOfKind = (value: unknown, kind: ResourceKind): boolean =>
  hasType(value, typeOf(kind), otherTypeOf(kind));

/** A property of a class that is an output but no input: its value. */
type OutputNames<Class, Args> = {
  [Key in keyof Class]-?: Class[Key] extends pulumi.Output<unknown>
    ? Key extends keyof Args | "id" | "urn"
      ? never
      : Key
    : never;
}[keyof Class];

/** Whether two sets of names are the same: what is only in one of them is the error. */
type SameNames<A, B> = [A, B] extends [B, A] ? unknown : { onlyInOne: Exclude<A, B> | Exclude<B, A> };

/** Arguments whose types are those of the definition's inputs. */
type TypedBy<D extends Definition> = {
  [Key in keyof D["inputs"]]?: pulumi.Input<unknown> & pulumi.Input<Argument<ValueOf<D["inputs"][Key]>>>;
};
type Argument<T> = T extends readonly (infer Item)[] ? pulumi.Input<Item>[] : T;

/**
 * A definition that fits its public face: a class whose inputs and outputs are the definition's, by name, and whose
 * arguments have the types of its inputs. Where they differ, the compiler says which.
 */
export type DefinitionOf<D extends Definition, Args, Class> = D &
  SameNames<keyof D["inputs"], keyof Args> &
  SameNames<keyof D["outputs"], OutputNames<Class, Args>> &
  (Required<Args> extends Required<TypedBy<D>> ? unknown : { argumentsOfOtherTypes: Args });

/**
 * The inputs of a resource as its outputs: each has the value that was given or chosen, `undefined` where there is none.
 */
export type Echo<Args, D extends Definition> = {
  readonly [Key in keyof Args]-?: pulumi.Output<
    Key extends AlwaysSet<D>
      ? pulumi.Unwrap<Exclude<Args[Key], undefined>>
      : pulumi.Unwrap<Exclude<Args[Key], undefined>> | undefined
  >;
};

/** What to write instead of Pulumi's option `import`, which our resources can't follow. */
const INSTEAD_OF_IMPORT: Record<ResourceKind, string> = {
  InterLink: "adopt the link with the input `adoptId` and its id.",
  RoutingPolicy:
    "use the policy by its id (`routingPolicyV4Id`, `routingPolicyV6Id`), or read it with RoutingPolicy.get(name, id).",
  VpcAttachment: "write the VpcAttachment as it is at the link: a VPC that is attached already is kept.",
  RoutePropagation: "write the RoutePropagation as it is at the link: what is attached and enabled already is kept.",
};

/** Base of the resources: a shell that names inputs, outputs and secrets. All else happens in the provider. */
export abstract class InterLinkResource extends pulumi.CustomResource {
  constructor(definition: Definition, name: string, args: object, opts: pulumi.CustomResourceOptions) {
    const kind = definition.kind as ResourceKind;
    const isDynamic = currentHost() === "dynamic";
    if (isDynamic) checkProviderIsFound();
    if (isDynamic && opts.import !== undefined) {
      const instead = INSTEAD_OF_IMPORT[kind];
      throw new pulumi.RunError(`${kind} "${name}" can't be imported. Leave the option \`import\` out, and ${instead}`);
    }
    const names = [...Object.keys(definition.inputs), ...Object.keys(definition.outputs)];
    const props: Record<string, unknown> = Object.fromEntries(names.map((output) => [output, undefined]));
    Object.assign(props, args);
    // `pulumi.dynamic.Resource` would serialize the provider's code here, some 2 KB a resource and another text with each
    // release. It is set as that class sets it, on the type that it uses; `test/engine/state.test.ts` pins both.
    if (isDynamic) props.__provider = providerText(kind);
    const secrets = Object.entries(definition.outputs).flatMap(([output, { secret }]) => (secret ? [output] : []));
    const own: pulumi.CustomResourceOptions = {
      additionalSecretOutputs: secrets,
      aliases: [{ type: otherTypeOf(kind) }],
      ...(!isDynamic && { version: packageVersion() }),
    };
    const { ignoreChanges = [], ...others } = opts;
    const ignored = withoutWildcard(ignoreChanges, Object.keys(definition.inputs));
    if (ignored.length > 0) own.ignoreChanges = ignored;
    if (opts.id === undefined) {
      const owner = claimOwner(kind, name);
      if (isDynamic) Object.assign(props, { __owner: owner }, hiddenOptions({ ...opts, ignoreChanges: ignored }));
    }
    if (opts.id !== undefined) {
      // The engine keeps the id that it is asked for, and ours are plain: the region goes beside it.
      const place = pulumi.output(opts.id).apply((id) => id.split("/"));
      own.id = place.apply((parts) => parts.at(-1) ?? "");
      props.region = place.apply((parts) => (parts.length > 1 ? parts[0] : undefined));
    }
    super(typeOf(kind), name, props, pulumi.mergeOptions(others, own));
  }
}

/** Owners of a run, by its root stack: one process may run many programs (Automation API). */
const owners = new WeakMap<object, Set<string>>();

/** `<project>/<stack>/<resource>`: whose a live object is. Two of a tagged kind with the same owner are refused. */
function claimOwner(kind: ResourceKind, name: string): string {
  const owner = `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
  const run = pulumi.runtime.getStackResource();
  // There is none under Pulumi's mocks, where nothing is ordered either.
  if (run === undefined || !isFoundByOwner(kind)) return owner;
  const taken = owners.get(run) ?? new Set();
  owners.set(run, taken);
  if (taken.has(`${kind} ${owner}`)) {
    throw new pulumi.RunError(twinRefusal(kind, name));
  }
  taken.add(`${kind} ${owner}`);
  return owner;
}

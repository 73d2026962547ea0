import * as pulumi from "@pulumi/pulumi";
import type { AlwaysSet, Definition, ValueOf } from "../provider/domain/definition.ts";
import { packageVersion } from "../provider/domain/package-version.ts";
import { withoutWildcard } from "../provider/domain/property-path.ts";
import { providerText } from "../provider/domain/provider-text.ts";
import { isFoundByOwner, twinRefusal } from "../provider/domain/resource-name.ts";
import type { ResourceKind } from "../provider/index.ts";
import { checkProviderIsFound } from "./found-provider.ts";
import { currentHost, otherTypeOf, typeOf, typesOf } from "./host.ts";
import { hiddenOptions } from "./resource-options.ts";

/** Whether a value is of one of these Pulumi types: a resource, or a policy pack's stand-in for one. */
export const hasType = (value: unknown, ...types: string[]): boolean =>
  typeof value === "object" && value !== null && "__pulumiType" in value && types.includes(String(value.__pulumiType));

/** Whether a value is a resource of this kind, from either host. */
export const isOfKind = (value: unknown, kind: ResourceKind): boolean => hasType(value, ...typesOf(kind));

/** Names of the properties of a class that are outputs but not inputs. */
type OutputNames<Class, Args> = {
  [Key in keyof Class]-?: Class[Key] extends pulumi.Output<unknown>
    ? Key extends keyof Args | "id" | "urn"
      ? never
      : Key
    : never;
}[keyof Class];

/** `unknown` if two sets of names are equal; otherwise a type that shows the difference in the compiler error. */
type SameNames<A, B> = [A, B] extends [B, A] ? unknown : { onlyInOne: Exclude<A, B> | Exclude<B, A> };

/** Arguments with the types of the definition's inputs. */
type TypedBy<D extends Definition> = {
  [Key in keyof D["inputs"]]?: pulumi.Input<unknown> & pulumi.Input<Argument<ValueOf<D["inputs"][Key]>>>;
};
type Argument<T> = T extends readonly (infer Item)[] ? pulumi.Input<Item>[] : T;

/**
 * A definition that matches its public class: inputs and outputs have the same names, and arguments have the types of
 * the inputs. Otherwise the compiler reports the difference.
 */
export type DefinitionOf<D extends Definition, Args, Class> = D &
  SameNames<keyof D["inputs"], keyof Args> &
  SameNames<keyof D["outputs"], OutputNames<Class, Args>> &
  (Required<Args> extends Required<TypedBy<D>> ? unknown : { argumentsOfOtherTypes: Args });

/**
 * The inputs of a resource as outputs: the given value or the default, `undefined` if there is neither.
 */
export type Echo<Args, D extends Definition> = {
  readonly [Key in keyof Args]-?: pulumi.Output<
    Key extends AlwaysSet<D>
      ? pulumi.Unwrap<Exclude<Args[Key], undefined>>
      : pulumi.Unwrap<Exclude<Args[Key], undefined>> | undefined
  >;
};

/** What to do instead of Pulumi's option `import`, which dynamic resources do not support. */
const INSTEAD_OF_IMPORT: Record<ResourceKind, string> = {
  InterLink: "adopt the link with the input `adoptId` and its id.",
  RoutingPolicy:
    "use the policy by its id (`routingPolicyV4Id`, `routingPolicyV6Id`), or read it with RoutingPolicy.get(name, id).",
  VpcAttachment: "declare the VpcAttachment with the VPC that the link has: an attached VPC is kept.",
  RoutePropagation:
    "declare the RoutePropagation with the policies that the link has: attached policies and enabled propagation are kept.",
};

/** Base class of the resources. It only registers inputs, outputs and secrets; the provider does the rest. */
export abstract class InterLinkResource extends pulumi.CustomResource {
  constructor(definition: Definition, name: string, args: object, opts: pulumi.CustomResourceOptions) {
    const kind = definition.kind as ResourceKind;
    const isDynamic = currentHost() === "dynamic";
    if (isDynamic) checkProviderIsFound();
    if (isDynamic && opts.import !== undefined) {
      const instead = INSTEAD_OF_IMPORT[kind];
      throw new pulumi.RunError(`${kind} "${name}" can't be imported. Remove the option \`import\`, and ${instead}`);
    }
    const names = [...Object.keys(definition.inputs), ...Object.keys(definition.outputs)];
    const props: Record<string, unknown> = Object.fromEntries(names.map((output) => [output, undefined]));
    Object.assign(props, args);
    // `pulumi.dynamic.Resource` would serialize the provider's code here: some 2 KB per resource, and different in each
    // release. We set the same property on the same type ourselves; `test/engine/state.test.ts` pins both.
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
      // The engine stores the id that it is given, and ours have no region: so the region becomes an input.
      const place = pulumi.output(opts.id).apply((id) => id.split("/"));
      own.id = place.apply((parts) => parts.at(-1) ?? "");
      props.region = place.apply((parts) => (parts.length > 1 ? parts[0] : undefined));
    }
    super(typeOf(kind), name, props, pulumi.mergeOptions(others, own));
  }
}

/** Owners of a run, by its root stack: one process may run many programs (Automation API). */
const owners = new WeakMap<object, Set<string>>();

/**
 * The owner of a live object, `<project>/<stack>/<resource>`. Throws if two objects of a tagged kind have the same one.
 */
function claimOwner(kind: ResourceKind, name: string): string {
  const owner = `${pulumi.getProject()}/${pulumi.getStack()}/${name}`;
  const run = pulumi.runtime.getStackResource();
  // Pulumi's mocks have no root stack, and order nothing.
  if (run === undefined || !isFoundByOwner(kind)) return owner;
  const taken = owners.get(run) ?? new Set();
  owners.set(run, taken);
  if (taken.has(`${kind} ${owner}`)) {
    throw new pulumi.RunError(twinRefusal(kind, name));
  }
  taken.add(`${kind} ${owner}`);
  return owner;
}

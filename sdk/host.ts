import { type Host, typeAt } from "../provider/domain/resource-type.ts";
import type { ResourceKind } from "../provider/index.ts";

let chosen: Host = "dynamic";

/** Chooses the host for all resources that this process creates from now on. */
export const useHost = (host: Host): void => {
  chosen = host;
};

/** The host of this process. Default `dynamic`. */
export const currentHost = (): Host => chosen;

/** The engine's type of a resource of this package. */
export const typeOf = (kind: ResourceKind, host: Host = chosen): string => typeAt(host, kind);

/** Its types at both hosts. */
export const typesOf = (kind: ResourceKind): string[] => [typeAt("dynamic", kind), typeAt("plugin", kind)];

/** Its type at the other host: an alias of this type lets a stack move between the hosts. */
export const otherTypeOf = (kind: ResourceKind): string => typeOf(kind, chosen === "dynamic" ? "plugin" : "dynamic");

const isPolicyPack = process.argv[1]?.includes("run-policy-pack") === true;

/**
 * Pulumi's marker of a class. @pulumi/policy compares it with the type of each resource. A policy pack checks stacks of both
 * hosts, so there the marker is empty: @pulumi/policy then asks `isInstance`, which accepts both types.
 */
export const markerOf = (kind: ResourceKind): string => (isPolicyPack ? "" : typeOf(kind));

import { type Host, typeAt } from "../provider/domain/resource-type.ts";
import type { ResourceKind } from "../provider/index.ts";

let chosen: Host = "dynamic";

/** Chooses the host for all that this process makes from here on. */
export const useHost = (host: Host): void => {
  chosen = host;
};

/** The host of this process. Default `dynamic`. */
export const currentHost = (): Host => chosen;

/** The type by which the engine knows a resource of ours. */
export const typeOf = (kind: ResourceKind, host: Host = chosen): string => typeAt(host, kind);

/** Its type at the other host: the alias by which a stack moves between the two. */
export const otherTypeOf = (kind: ResourceKind): string => typeOf(kind, chosen === "dynamic" ? "plugin" : "dynamic");

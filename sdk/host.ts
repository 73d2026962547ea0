import type { ResourceKind } from "../provider/index.ts";

/** Who serves the resources: Pulumi's dynamic host, or the plugin `pulumi-resource-scaleway-interlink`. */
export type Host = "dynamic" | "plugin";

let chosen: Host = "dynamic";

/** Chooses the host for all that this process makes from here on. */
export const useHost = (host: Host): void => {
  chosen = host;
};

/** The host of this process. Default `dynamic`. */
export const currentHost = (): Host => chosen;

const TYPES: Record<Host, string> = {
  dynamic: "pulumi-nodejs:dynamic/scaleway-interlink:",
  plugin: "scaleway-interlink:index:",
};

/** The type by which the engine knows a resource of ours. */
export const typeOf = (kind: ResourceKind, host: Host = chosen): string => TYPES[host] + kind;

/** Its type at the other host: the alias by which a stack moves between the two. */
export const otherTypeOf = (kind: ResourceKind): string => typeOf(kind, chosen === "dynamic" ? "plugin" : "dynamic");

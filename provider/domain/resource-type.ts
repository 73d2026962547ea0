/** Who serves the resources: Pulumi's dynamic host, or the plugin `pulumi-resource-scaleway-interlink`. */
export type Host = "dynamic" | "plugin";

const TYPES: Record<Host, string> = {
  dynamic: "pulumi-nodejs:dynamic/scaleway-interlink:",
  plugin: "scaleway-interlink:index:",
};

/**
 * The type by which the engine knows a resource of a host: for good, as another type would be another resource. Components
 * have that of the plugin everywhere.
 */
export const typeAt = (host: Host, kind: string): string => TYPES[host] + kind;

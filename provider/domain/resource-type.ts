/** The process that runs the handlers: Pulumi's dynamic host, or the plugin `pulumi-resource-scaleway-interlink`. */
export type Host = "dynamic" | "plugin";

const TYPES: Record<Host, string> = {
  dynamic: "pulumi-nodejs:dynamic/scaleway-interlink:",
  plugin: "scaleway-interlink:index:",
};

/**
 * The Pulumi type of a resource at a host. It must never change: to the engine, another type is another resource. Components
 * have the plugin's type at both hosts.
 */
export const typeAt = (host: Host, kind: string): string => TYPES[host] + kind;

import type { ConfigMap } from "@pulumi/pulumi/automation/index.js";

/** Who serves the resources in these tests: each of the two has a project of the test run. */
export const atPlugin = process.env.INTERLINK_HOST === "plugin";

/** The type under which a resource lies in the state. */
export const storedType = (kind: string): string =>
  atPlugin ? `scaleway-interlink:index:${kind}` : `pulumi-nodejs:dynamic/scaleway-interlink:${kind}`;

/** Stack configuration as this host takes it: the plugin has its own namespace. */
export const hostConfig = (config: ConfigMap): ConfigMap =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      atPlugin ? key.replace(/^scaleway:/, "scaleway-interlink:") : key,
      value,
    ]),
  );

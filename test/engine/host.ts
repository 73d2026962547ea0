import type { ConfigMap } from "@pulumi/pulumi/automation/index.js";

/** Whether the plugin serves the resources, or Pulumi's dynamic provider. vitest has a project for each. */
const atPlugin = process.env.INTERLINK_HOST === "plugin";

/** Stack configuration for this host: the plugin has its own namespace. */
export const hostConfig = (config: ConfigMap): ConfigMap =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      atPlugin ? key.replace(/^scaleway:/, "scaleway-interlink:") : key,
      value,
    ]),
  );

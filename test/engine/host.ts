import type { ConfigMap } from "@pulumi/pulumi/automation/index.js";
import type { Host } from "../../provider/domain/resource-type.ts";

/** What serves the resources in these tests: the plugin, or Pulumi's dynamic provider. vitest has projects for each. */
export const HOST: Host = process.env.INTERLINK_HOST === "plugin" ? "plugin" : "dynamic";

/** Stack configuration for this host: the plugin has its own namespace. */
export const hostConfig = (config: ConfigMap): ConfigMap =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      HOST === "plugin" ? key.replace(/^scaleway:/, "scaleway-interlink:") : key,
      value,
    ]),
  );

import type { ConfigMap } from "@pulumi/pulumi/automation/index.js";
import type { Host } from "../../provider/domain/resource-type.ts";

/** Who serves the resources in these tests: each of the two has projects of the test run (`vitest.config.ts`). */
export const HOST: Host = process.env.INTERLINK_HOST === "plugin" ? "plugin" : "dynamic";

/** Stack configuration as this host takes it: the plugin has its own namespace. */
export const hostConfig = (config: ConfigMap): ConfigMap =>
  Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      HOST === "plugin" ? key.replace(/^scaleway:/, "scaleway-interlink:") : key,
      value,
    ]),
  );

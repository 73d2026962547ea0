/**
 * The entry `pulumi-scaleway-interlink/plugin`: in a program that imports it, the plugin
 * `pulumi-resource-scaleway-interlink` serves the resources instead of Pulumi's dynamic host. A stack can move between
 * the two without a write to the API.
 *
 * @example
 * ```ts
 * import "pulumi-scaleway-interlink/plugin";
 * import { InterLink } from "pulumi-scaleway-interlink";
 *
 * export const link = new InterLink("paris", {
 *   popId: "fd046cc9-d9bf-4a87-9c32-d299fe4bf4d7", // Telehouse TH2
 *   partnerId: "89d00734-eddb-4192-8b16-bc16f0b0f5a5", // FranceIX
 *   bandwidthMbps: 1000,
 * });
 * ```
 */
import "../../provider/domain/supported-node.ts";
import { useHost } from "../host.ts";

useHost("plugin");

export { Provider, type ProviderArgs } from "./provider.ts";

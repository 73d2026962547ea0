import * as pulumi from "@pulumi/pulumi";
import { packageVersion } from "../../provider/domain/package-version.ts";
import type { Region } from "../../provider/index.ts";
import { defined } from "../defined.ts";

/**
 * The configuration of an explicit provider. Omitted values come from the environment, then from the scw CLI's profile.
 * Stack configuration (`scaleway-interlink:…`) applies to the default provider only, as with every Pulumi provider.
 */
export interface ProviderArgs {
  /**
   * Secret key of an API key. It is stored encrypted in the state: to avoid that, use `SCW_SECRET_KEY` or a profile.
   */
  secretKey?: pulumi.Input<string>;
  /** Access key. Accepted for compatibility with other tools; it is not sent to the API. */
  accessKey?: pulumi.Input<string>;
  /** Default project of resources: a UUID. */
  projectId?: pulumi.Input<string>;
  /** Organization. Accepted for compatibility with other tools and not used: the project determines it. */
  organizationId?: pulumi.Input<string>;
  /** Default region of resources. Default `fr-par`. */
  region?: pulumi.Input<Region>;
  /** Base URL of the API: https, or http on loopback. Default `https://api.scaleway.com`. */
  apiUrl?: pulumi.Input<string>;
  /** Profile in the config file of the scw CLI. */
  profile?: pulumi.Input<string>;
  /** Whether previews read the live objects. Default true. */
  liveDiff?: pulumi.Input<boolean>;
  /** Whether links and policies carry a tag that names their owner. Default true. */
  ownershipTags?: pulumi.Input<boolean>;
}

/**
 * A provider with its own configuration, for example for a second project or region. Each provider tracks the links of
 * a run separately (owners, effects on a VPC's traffic): use the same provider for both links of a VPC.
 *
 * @example
 * ```ts
 * import { InterLink } from "pulumi-scaleway-interlink";
 * import { Provider } from "pulumi-scaleway-interlink/plugin";
 *
 * const amsterdam = new Provider("amsterdam", { region: "nl-ams" });
 * export const link = new InterLink(
 *   "ams",
 *   {
 *     popId: "11111111-2222-4333-8444-555555555555",
 *     partnerId: "89d00734-eddb-4192-8b16-bc16f0b0f5a5",
 *     bandwidthMbps: 1000,
 *   },
 *   { provider: amsterdam },
 * );
 * ```
 */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs = {}, opts: pulumi.ResourceOptions = {}) {
    const { secretKey, liveDiff, ownershipTags, ...others } = args;
    const props = {
      ...others,
      secretKey: secretKey === undefined ? undefined : pulumi.secret(secretKey),
      // The engine passes a provider's configuration as strings.
      liveDiff: text(liveDiff),
      ownershipTags: text(ownershipTags),
    };
    const version = { version: packageVersion() };
    super("scaleway-interlink", name, defined(props), pulumi.mergeOptions(version, opts));
  }
}

const text = (value: pulumi.Input<boolean> | undefined) =>
  value === undefined ? undefined : pulumi.output(value).apply(String);

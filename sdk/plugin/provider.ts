import * as pulumi from "@pulumi/pulumi";
import { packageVersion } from "../../provider/domain/package-version.ts";
import type { Region } from "../../provider/index.ts";
import { defined } from "../defined.ts";

/**
 * The configuration of an explicit provider: what is left out comes from the environment, then from the profile of the scw
 * CLI. Stack configuration (`scaleway-interlink:…`) holds for the default provider only, as with every Pulumi provider.
 */
export interface ProviderArgs {
  /** Secret key of an API key. It is stored encrypted in the state: to avoid that, use `SCW_SECRET_KEY` or a profile. */
  secretKey?: pulumi.Input<string>;
  /** Access key. Taken for other tools' sake; the API is not sent it. */
  accessKey?: pulumi.Input<string>;
  /** Project of resources that name none: a UUID. */
  projectId?: pulumi.Input<string>;
  /** Organization. Taken for other tools' sake: it follows from the project. */
  organizationId?: pulumi.Input<string>;
  /** Region of resources that name none. Default `fr-par`. */
  region?: pulumi.Input<Region>;
  /** Base URL of the API: https, or http on loopback. Default `https://api.scaleway.com`. */
  apiUrl?: pulumi.Input<string>;
  /** Profile in the config file of the scw CLI. */
  profile?: pulumi.Input<string>;
  /** Whether previews read what is live. Default true. */
  liveDiff?: pulumi.Input<boolean>;
  /** Whether links and policies carry a tag that names their owner. Default true. */
  ownershipTags?: pulumi.Input<boolean>;
}

/**
 * A provider with a configuration of its own, such as for a second project or region. What one run knows (which link is
 * whose, what it does to the traffic of a VPC) is known per provider: keep both links of a VPC at one.
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
      // The engine gives a provider text only.
      liveDiff: text(liveDiff),
      ownershipTags: text(ownershipTags),
    };
    const version = { version: packageVersion() };
    super("scaleway-interlink", name, defined(props), pulumi.mergeOptions(version, opts));
  }
}

const text = (value: pulumi.Input<boolean> | undefined) =>
  value === undefined ? undefined : pulumi.output(value).apply(String);

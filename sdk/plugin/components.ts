import type * as pulumi from "@pulumi/pulumi";
import type { Construct } from "../../provider/hosts/plugin/serve.ts";
import type { RedundantInterLinkArgs } from "../redundant-args.ts";
import { RedundantInterLink } from "../redundant-interlink.ts";
import { CustomerRouter, type CustomerRouterArgs } from "../router/customer-router.ts";

/** Makes the component of this type, for programs of every language, with the arguments and outputs of its class. */
export const construct: Construct = async (name, type, inputs, opts) => {
  if (type === RedundantInterLink.__pulumiType) {
    const made = new RedundantInterLink(name, inputs as unknown as RedundantInterLinkArgs, opts);
    const { primary, secondary, routingPolicies, health, summary, nextSteps, pairingKeys } = made;
    return result(made, { primary, secondary, routingPolicies, health, summary, nextSteps, pairingKeys });
  }
  if (type === CustomerRouter.__pulumiType) {
    const made = new CustomerRouter(name, inputs as unknown as CustomerRouterArgs, opts);
    return result(made, { config: made.config, sessions: made.sessions });
  }
  throw new Error(`there is no component ${type}`);
};

const result = ({ urn }: pulumi.Resource, state: pulumi.Inputs) => ({ urn, state });

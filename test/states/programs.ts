/** The program of each kept state. It created the stack, and must find no changes in it. */
import {
  InterLink,
  RedundantInterLink,
  RoutePropagation,
  RoutingPolicy,
  VpcAttachment,
} from "pulumi-scaleway-interlink";
import { PARTNER, POP } from "../world.ts";

/** The VPC of all stacks, seeded in the simulator that produced the states. */
const VPC_ID = "7c3f0a52-4d1e-4b8a-9f60-2a5b8c1d9e37";

const IPV4 = { prefixFilterIn: ["10.10.0.0/16"], prefixFilterOut: ["172.16.0.0/22"] };
const IPV6 = { prefixFilterIn: ["2001:db8:10::/48"] };

/** Two policies, and an order, an attachment and route propagation for each link. */
const separate = (links: Record<string, string>) => () => {
  const ipv4 = new RoutingPolicy("ipv4", IPV4);
  const ipv6 = new RoutingPolicy("ipv6", IPV6);
  for (const [name, popId] of Object.entries(links)) {
    const link = new InterLink(name, { popId, partnerId: PARTNER.franceIX, bandwidthMbps: 50, tags: ["kept"] });
    const attachment = new VpcAttachment(name, { linkId: link.id, vpcId: VPC_ID, whenNotActive: "defer" });
    new RoutePropagation(name, {
      linkId: attachment.linkId,
      routingPolicyV4Id: ipv4.id,
      routingPolicyV6Id: ipv6.id,
      whenNotReady: "defer",
    });
  }
};
const pair = separate({ primary: POP.TH2, secondary: POP.DC3 });

/** Programs by the name of the state's file. */
export const PROGRAMS = {
  single: separate({ link: POP.TH2 }),
  pair,
  component: () => {
    const { health } = new RedundantInterLink("line", {
      primary: { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50 },
      secondary: { popId: POP.DC3, partnerId: PARTNER.freePro, bandwidthMbps: 50 },
      vpcId: VPC_ID,
      allowedRoutes: {
        ipv4: { in: IPV4.prefixFilterIn, out: IPV4.prefixFilterOut },
        ipv6: { in: IPV6.prefixFilterIn },
      },
      whenNotActive: "defer",
    });
    return { health };
  },
  deferred: pair,
  "half-done": pair,
};

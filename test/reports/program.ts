/** The program of the stacks whose previews are stored, as a case wishes it. */
import {
  InterLink,
  type InterLinkArgs,
  RedundantInterLink,
  type RedundantInterLinkArgs,
  RoutePropagation,
  type RoutePropagationArgs,
  RoutingPolicy,
  VpcAttachment,
  type VpcAttachmentArgs,
} from "pulumi-scaleway-interlink";
import { PARTNER, POP } from "../world.ts";

/** Ids that a program names, so that reports are the same each time. */
export const VPC = { one: "aaaaaaaa-1111-4000-8000-000000000000", two: "bbbbbbbb-2222-4000-8000-000000000000" };
/** A PoP and a partner of the simulator's catalog in another region. */
export const ABROAD = {
  region: "nl-ams",
  popId: "00000002-0001-4000-8000-000000000000",
  partnerId: "00000002-0002-4000-8000-000000000000",
} as const;
/** A VPC there. */
export const VPC_ABROAD = "eeeeeeee-5555-4000-8000-000000000000";

/** The connection of the simulator's catalog at DC3. */
export const CONNECTION = "00000000-0003-4000-8000-000000000000";
/** Another one there. */
export const OTHER_CONNECTION = "dddddddd-4444-4000-8000-000000000000";

/** What a program is to be: a case changes it. */
export interface Wish {
  legs: ("primary" | "secondary")[];
  link: { [Leg in "primary" | "secondary"]?: Partial<InterLinkArgs> };
  ipv4: { in: string[]; out: string[] };
  ipv6?: { in: string[]; out: string[] };
  vpc: Partial<VpcAttachmentArgs>;
  routes: { [Leg in "primary" | "secondary"]?: Partial<RoutePropagationArgs> };
  /** Which link the primary's VPC and routes hang on. */
  primaryOn: "primary" | "spare";
  /** A link on the customer's own connection. */
  selfHosted?: { popId: string; connectionId: string };
  /** Another IPv4 policy of the stack, for the primary's routes. */
  swapped?: boolean;
  /** All of it in another region. */
  abroad?: boolean;
  /** Both links as one component, the secondary on the customer's own connection, with these arguments of its own. */
  component?: Partial<RedundantInterLinkArgs>;
}

/** What every case starts from. */
export const start = (legs: Wish["legs"]): Wish => ({
  legs,
  link: {},
  ipv4: { in: ["10.10.0.0/16", "10.20.0.0/16"], out: ["172.16.0.0/22"] },
  ipv6: { in: ["2001:db8:10::/48"], out: ["2001:db8:20::/48"] },
  vpc: {},
  routes: {},
  primaryOn: "primary",
});

const PLACES = {
  primary: { popId: POP.TH2, partnerId: PARTNER.franceIX },
  secondary: { popId: POP.DC3, partnerId: PARTNER.freePro },
};

function component({ component, ipv4, ipv6, link }: Wish): void {
  new RedundantInterLink("line", {
    vpcId: VPC.one,
    primary: { ...PLACES.primary, bandwidthMbps: 100, ...link.primary },
    secondary: { popId: POP.DC3, connectionId: CONNECTION, bandwidthMbps: 100, ...link.secondary },
    allowedRoutes: { ipv4, ...(ipv6 && { ipv6 }) },
    ...component,
  });
}

/** Makes what is wished, in one program for all stacks. */
export function program(wish: Wish, spare: boolean): void {
  if (wish.component) {
    component(wish);
    return;
  }
  const place = wish.abroad ? { region: ABROAD.region } : {};
  const ipv4 = new RoutingPolicy("allowed-ipv4", {
    prefixFilterIn: wish.ipv4.in,
    prefixFilterOut: wish.ipv4.out,
    ...place,
  });
  const other = wish.swapped
    ? new RoutingPolicy("other-ipv4", { prefixFilterIn: ["10.10.0.0/15"], prefixFilterOut: wish.ipv4.out })
    : ipv4;
  const ipv6 =
    wish.ipv6 &&
    new RoutingPolicy("allowed-ipv6", { prefixFilterIn: wish.ipv6.in, prefixFilterOut: wish.ipv6.out, ...place });
  const spareLink = spare && new InterLink("spare", { ...PLACES.secondary, bandwidthMbps: 100 });
  for (const leg of wish.legs) {
    const at = wish.abroad ? ABROAD : (wish.selfHosted ?? PLACES[leg]);
    const link = new InterLink(leg, { ...at, bandwidthMbps: 100, ...wish.link[leg] });
    const on = leg === "primary" && wish.primaryOn === "spare" && spareLink ? spareLink : link;
    const attachment = new VpcAttachment(leg, {
      linkId: on.id,
      vpcId: wish.abroad ? VPC_ABROAD : VPC.one,
      ...place,
      ...wish.vpc,
    });
    new RoutePropagation(leg, {
      linkId: attachment.linkId,
      ...place,
      routingPolicyV4Id: (leg === "primary" ? other : ipv4).id,
      ...(ipv6 && { routingPolicyV6Id: ipv6.id }),
      ...(wish.vpc.whenNotActive && { whenNotReady: wish.vpc.whenNotActive }),
      ...wish.routes[leg],
    });
  }
}

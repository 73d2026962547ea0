/** The program of the stacks whose previews are stored; each case changes it. */
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

/** Fixed ids, so that reports are stable across runs. */
export const VPC = { one: "aaaaaaaa-1111-4000-8000-000000000000", two: "bbbbbbbb-2222-4000-8000-000000000000" };
/** A PoP and a partner in another region, from the simulator's catalog. */
export const ABROAD = {
  region: "nl-ams",
  popId: "00000002-0001-4000-8000-000000000000",
  partnerId: "00000002-0002-4000-8000-000000000000",
} as const;
/** A VPC in that region. */
export const VPC_ABROAD = "eeeeeeee-5555-4000-8000-000000000000";

/** The dedicated connection at DC3 in the simulator's catalog. */
export const CONNECTION = "00000000-0003-4000-8000-000000000000";
/** Another connection at DC3. */
export const OTHER_CONNECTION = "dddddddd-4444-4000-8000-000000000000";

/** The desired resources of a stack. */
export interface DesiredStack {
  legs: ("primary" | "secondary")[];
  link: { [Leg in "primary" | "secondary"]?: Partial<InterLinkArgs> };
  ipv4: { in: string[]; out: string[] };
  ipv6?: { in: string[]; out: string[] };
  vpc: Partial<VpcAttachmentArgs>;
  routes: { [Leg in "primary" | "secondary"]?: Partial<RoutePropagationArgs> };
  /** The link that carries the primary's VPC and routes. */
  primaryOn: "primary" | "spare";
  /** Puts the link on the customer's own connection. */
  selfHosted?: { popId: string; connectionId: string };
  /** Uses another IPv4 policy for the primary's routes. */
  swapped?: boolean;
  /** Puts everything into another region. */
  abroad?: boolean;
  /** Makes both links one component, with these arguments; the secondary is on the customer's own connection. */
  component?: Partial<RedundantInterLinkArgs>;
}

/** The stack that every case starts from. */
export const baseline = (legs: DesiredStack["legs"]): DesiredStack => ({
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

function component({ component, ipv4, ipv6, link }: DesiredStack): void {
  new RedundantInterLink("line", {
    vpcId: VPC.one,
    primary: { ...PLACES.primary, bandwidthMbps: 100, ...link.primary },
    secondary: { popId: POP.DC3, connectionId: CONNECTION, bandwidthMbps: 100, ...link.secondary },
    allowedRoutes: { ipv4, ...(ipv6 && { ipv6 }) },
    ...component,
  });
}

/** Declares the desired resources; all stacks share this program. */
export function program(desired: DesiredStack, spare: boolean): void {
  if (desired.component) {
    component(desired);
    return;
  }
  const place = desired.abroad ? { region: ABROAD.region } : {};
  const ipv4 = new RoutingPolicy("allowed-ipv4", {
    prefixFilterIn: desired.ipv4.in,
    prefixFilterOut: desired.ipv4.out,
    ...place,
  });
  const other = desired.swapped
    ? new RoutingPolicy("other-ipv4", { prefixFilterIn: ["10.10.0.0/15"], prefixFilterOut: desired.ipv4.out })
    : ipv4;
  const ipv6 =
    desired.ipv6 &&
    new RoutingPolicy("allowed-ipv6", { prefixFilterIn: desired.ipv6.in, prefixFilterOut: desired.ipv6.out, ...place });
  const spareLink = spare && new InterLink("spare", { ...PLACES.secondary, bandwidthMbps: 100 });
  for (const leg of desired.legs) {
    const at = desired.abroad ? ABROAD : (desired.selfHosted ?? PLACES[leg]);
    const link = new InterLink(leg, { ...at, bandwidthMbps: 100, ...desired.link[leg] });
    const on = leg === "primary" && desired.primaryOn === "spare" && spareLink ? spareLink : link;
    const attachment = new VpcAttachment(leg, {
      linkId: on.id,
      vpcId: desired.abroad ? VPC_ABROAD : VPC.one,
      ...place,
      ...desired.vpc,
    });
    new RoutePropagation(leg, {
      linkId: attachment.linkId,
      ...place,
      routingPolicyV4Id: (leg === "primary" ? other : ipv4).id,
      ...(ipv6 && { routingPolicyV6Id: ipv6.id }),
      ...(desired.vpc.whenNotActive && { whenNotReady: desired.vpc.whenNotActive }),
      ...desired.routes[leg],
    });
  }
}

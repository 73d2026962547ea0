/** The previews whose reports are checked in: real ones, of a real engine against a simulated Scaleway. */
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
import type { Deployment } from "../engine/harness.ts";
import { PARTNER, POP } from "../world.ts";

/** Ids that a program names, so that reports are the same each time. */
export const VPC = { one: "aaaaaaaa-1111-4000-8000-000000000000", two: "bbbbbbbb-2222-4000-8000-000000000000" };
/** A PoP and a partner of the simulator's catalog in another region. */
export const ABROAD = {
  region: "nl-ams",
  popId: "00000002-0001-4000-8000-000000000000",
  partnerId: "00000002-0002-4000-8000-000000000000",
} as const;
export const VPC_ABROAD = "eeeeeeee-5555-4000-8000-000000000000";

/** The connection of the simulator's catalog at DC3. */
export const CONNECTION = "00000000-0003-4000-8000-000000000000";
/** Another one there. */
export const OTHER_CONNECTION = "dddddddd-4444-4000-8000-000000000000";
/** A project that holds nothing yet. */
export const ANOTHER_PROJECT = "cccccccc-3333-4000-8000-000000000000";

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
  /** Another IPv4 policy of the stack, for the primary's routes; for both links' of a component. */
  swapped?: boolean;
  /** All of it in another region. */
  abroad?: boolean;
  /** Both links as one component, the secondary on the customer's own connection, with these arguments of its own. */
  component?: Partial<RedundantInterLinkArgs>;
  without?: "routes";
  /** Project of the IPv4 policy: another one replaces it. */
  policyProject?: string;
}

const start = (legs: Wish["legs"]): Wish => ({
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

const otherPolicy = ({ ipv4 }: Wish) =>
  new RoutingPolicy("other-ipv4", { prefixFilterIn: ["10.10.0.0/15"], prefixFilterOut: ipv4.out });

function component({ component, ...wish }: Wish): void {
  const { ipv4, ipv6, swapped, link } = wish;
  new RedundantInterLink("line", {
    vpcId: VPC.one,
    primary: { ...PLACES.primary, bandwidthMbps: 100, ...link.primary },
    secondary: { popId: POP.DC3, connectionId: CONNECTION, bandwidthMbps: 100, ...link.secondary },
    allowedRoutes: { ...(!swapped && { ipv4 }), ...(ipv6 && { ipv6 }) },
    ...(swapped && { routingPolicyV4Id: otherPolicy(wish).id }),
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
    ...(wish.policyProject && { projectId: wish.policyProject }),
    ...place,
  });
  const other = wish.swapped ? otherPolicy(wish) : ipv4;
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
    if (wish.without === "routes") continue;
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

/** A preview of a stack: what is changed in the program, or behind its back, before it is made. */
export interface Case {
  name: string;
  wish?: (wish: Wish) => void;
  /** Done before the preview: by partners, or by somebody at the console. */
  before?: (stack: Deployment) => Promise<void> | void;
  /** Undone after it. */
  after?: (stack: Deployment) => Promise<void> | void;
  /** Replaces the program. */
  program?: () => void;
  args?: string[];
}

/** Cases that start from the same stack, after an `up` of it. */
export interface Scenario {
  name: string;
  legs: Wish["legs"];
  spare?: boolean;
  /** Partners need days: what has to wait is put off. Else they provision at once. */
  days?: boolean;
  selfHosted?: boolean;
  component?: boolean;
  /** The first cases are of an empty stack; `up` comes after them. */
  beforeUp?: Case[];
  cases: Case[];
}

/** What every case starts from. */
export const wishOf = ({ legs, days, selfHosted, component }: Scenario): Wish => ({
  ...start(legs),
  ...(selfHosted && { selfHosted: { popId: POP.DC3, connectionId: CONNECTION } }),
  ...(component && { component: {} }),
  ...(days && { vpc: { whenNotActive: "defer" as const } }),
});

const close = (leg: string) => (stack: Deployment) =>
  stack.behind("POST", `/links/${stack.link(leg).id}/disable-route-propagation`);
const open = (leg: string) => (stack: Deployment) =>
  stack.behind("POST", `/links/${stack.link(leg).id}/enable-route-propagation`);
const session = (leg: string, status: "up" | "down") => (stack: Deployment) => {
  for (const family of ["ipv4", "ipv6"] as const) stack.control.setSession(stack.link(leg).id, family, status);
};

/** All of them. */
export const SCENARIOS: Scenario[] = [
  {
    name: "single",
    legs: ["primary"],
    cases: [
      { name: "nothing-changes" },
      {
        name: "name-and-tags",
        wish: (wish) => {
          wish.link.primary = { name: "paris-1", tags: ["prod"] };
        },
      },
      {
        name: "prefix-added",
        wish: ({ ipv4 }) => {
          ipv4.in.push("10.30.0.0/16");
        },
      },
      {
        name: "prefix-lost",
        wish: ({ ipv4 }) => {
          ipv4.in = ["10.10.0.0/16"];
        },
      },
      {
        name: "prefix-made-smaller",
        wish: ({ ipv4 }) => {
          ipv4.in = ["10.10.0.0/17", "10.20.0.0/16"];
        },
      },
      {
        name: "prefixes-merged",
        wish: ({ ipv4 }) => {
          ipv4.in = ["10.0.0.0/11"];
        },
      },
      {
        name: "policy-swapped",
        wish: (wish) => {
          wish.swapped = true;
        },
      },
      {
        name: "ipv6-removed",
        wish: (wish) => {
          delete wish.ipv6;
        },
      },
      {
        name: "vpc-moved",
        wish: ({ vpc }) => {
          vpc.vpcId = VPC.two;
        },
      },
      {
        name: "routes-closed",
        wish: ({ routes }) => {
          routes.primary = { enabled: false };
        },
      },
      {
        name: "routes-removed",
        wish: (wish) => {
          wish.without = "routes";
        },
      },
      {
        name: "bandwidth-refused-by-guard",
        wish: ({ link }) => {
          link.primary = { bandwidthMbps: 200 };
        },
      },
      {
        name: "partner-and-project-refused-by-guard",
        wish: ({ link }) => {
          link.primary = { partnerId: PARTNER.freePro, projectId: ANOTHER_PROJECT };
        },
      },
      {
        name: "region-refused-by-guard",
        wish: ({ link }) => {
          link.primary = ABROAD;
        },
      },
      {
        name: "region-replaced-deferred",
        wish: (wish) => {
          wish.abroad = true;
          wish.link.primary = { replaceLiveLink: true };
          wish.vpc.whenNotActive = "defer";
        },
      },
      {
        name: "policy-replaced",
        wish: (wish) => {
          wish.policyProject = ANOTHER_PROJECT;
        },
      },
      {
        name: "bandwidth-replaced-deferred",
        wish: ({ link, vpc }) => {
          link.primary = { bandwidthMbps: 200, replaceLiveLink: true };
          vpc.whenNotActive = "defer";
        },
      },
      {
        name: "bandwidth-replaced-waiting",
        wish: ({ link }) => {
          link.primary = { bandwidthMbps: 200, replaceLiveLink: true };
        },
      },
      {
        name: "link-deleted",
        wish: (wish) => {
          wish.legs = [];
        },
      },
      { name: "drift-routes-closed", before: close("primary"), after: open("primary") },
      { name: "drift-routes-closed-refreshed", before: close("primary"), after: open("primary"), args: ["--refresh"] },
      {
        name: "program-fails",
        program: () => {
          throw new Error("the program is wrong");
        },
      },
    ],
  },
  {
    name: "redundant",
    legs: ["primary", "secondary"],
    cases: [
      {
        name: "names-and-tags",
        wish: ({ link }) => {
          link.primary = { name: "paris-1" };
          link.secondary = { tags: ["prod"] };
        },
      },
      {
        name: "ipv6-removed",
        wish: (wish) => {
          delete wish.ipv6;
        },
      },
      {
        name: "bandwidth-refused-by-guard",
        wish: ({ link }) => {
          link.primary = { bandwidthMbps: 200 };
        },
      },
      {
        name: "routes-removed",
        wish: (wish) => {
          wish.without = "routes";
        },
      },
      {
        name: "prefix-added",
        wish: ({ ipv4 }) => {
          ipv4.out.push("172.16.4.0/22");
        },
      },
      {
        name: "prefix-lost",
        wish: ({ ipv4 }) => {
          ipv4.in = ["10.10.0.0/16"];
        },
      },
      {
        name: "primary-other-prefixes",
        wish: (wish) => {
          wish.swapped = true;
        },
      },
      {
        name: "secondary-closed",
        wish: ({ routes }) => {
          routes.secondary = { enabled: false };
        },
      },
      {
        name: "secondary-deleted",
        wish: (wish) => {
          wish.legs = ["primary"];
        },
      },
      {
        name: "secondary-deleted-while-primary-is-down",
        before: session("primary", "down"),
        after: session("primary", "up"),
        wish: (wish) => {
          wish.legs = ["primary"];
        },
      },
      {
        name: "vpc-moved",
        wish: ({ vpc }) => {
          vpc.vpcId = VPC.two;
        },
      },
      {
        name: "pop-refused-by-guard",
        wish: ({ link }) => {
          link.secondary = { popId: POP.TH2 };
        },
      },
      {
        name: "secondary-replaced-deferred",
        wish: ({ link, vpc }) => {
          link.secondary = { popId: POP.TH2, replaceLiveLink: true };
          vpc.whenNotActive = "defer";
        },
      },
      { name: "drift-one-leg-closed", before: close("secondary"), after: open("secondary") },
    ],
  },
  {
    name: "component",
    legs: ["primary", "secondary"],
    component: true,
    beforeUp: [
      {
        name: "ordered",
        wish: (wish) => {
          wish.component = { whenNotActive: "defer" };
        },
      },
    ],
    cases: [
      {
        name: "allowed-routes-changed",
        wish: ({ ipv4 }) => {
          ipv4.in = ["10.10.0.0/16", "10.30.0.0/16"];
        },
      },
      {
        name: "own-policy",
        wish: (wish) => {
          wish.swapped = true;
        },
      },
      {
        name: "vpc-moved",
        wish: (wish) => {
          wish.component = { vpcId: VPC.two };
        },
      },
      {
        name: "vpc-moved-while-primary-is-down",
        before: session("line-primary", "down"),
        after: session("line-primary", "up"),
        wish: (wish) => {
          wish.component = { vpcId: VPC.two, whenNotActive: "defer" };
        },
      },
      {
        name: "closed",
        wish: (wish) => {
          wish.component = { enabled: false };
        },
      },
      {
        name: "connection-replaced-deferred",
        wish: (wish) => {
          wish.link.secondary = { connectionId: OTHER_CONNECTION, replaceLiveLink: true };
          wish.component = { whenNotActive: "defer" };
        },
      },
      { name: "removed", program: () => {} },
    ],
  },
  {
    name: "days",
    legs: ["primary", "secondary"],
    days: true,
    beforeUp: [{ name: "all-is-new" }],
    cases: [
      { name: "nobody-has-acted" },
      {
        name: "order-changed-before-accepted",
        wish: ({ link }) => {
          link.secondary = { bandwidthMbps: 200 };
        },
      },
      {
        name: "one-leg-is-ready",
        before: ({ control, link }) => {
          control.provision(link("primary").id);
        },
      },
      {
        name: "order-refused",
        before: ({ control, link }) => {
          control.refuse(link("secondary").id, "no port left at DC3");
        },
      },
    ],
  },
  {
    name: "spare",
    legs: ["primary"],
    spare: true,
    cases: [
      {
        name: "moved-to-another-link",
        wish: (wish) => {
          wish.primaryOn = "spare";
        },
      },
    ],
  },
  {
    name: "self-hosted",
    legs: ["primary"],
    selfHosted: true,
    cases: [
      {
        name: "as-number-and-name",
        wish: ({ link }) => {
          link.primary = { peerAsn: 64_999, name: "own" };
        },
      },
      {
        name: "connection-refused-by-guard",
        wish: ({ link }) => {
          link.primary = { connectionId: OTHER_CONNECTION };
        },
      },
      {
        name: "vlan-refused-by-guard",
        wish: ({ link }) => {
          link.primary = { vlan: 2200 };
        },
      },
      {
        name: "vlan-replaced-deferred",
        wish: ({ link, vpc }) => {
          link.primary = { vlan: 2200, replaceLiveLink: true };
          vpc.whenNotActive = "defer";
        },
      },
    ],
  },
];

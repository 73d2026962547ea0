/** The previews whose reports are checked in: real ones, of a real engine against a simulated Scaleway. */
import type { Deployment } from "../engine/harness.ts";
import { POP } from "../world.ts";
import { CONNECTION, OTHER_CONNECTION, start, VPC, type Wish } from "./program.ts";

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

/** What every case of a scenario starts from. */
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
        name: "prefixes-merged",
        wish: ({ ipv4 }) => {
          ipv4.in = ["10.0.0.0/11"];
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
        name: "bandwidth-replaced-waiting",
        wish: ({ link, vpc }) => {
          link.primary = { bandwidthMbps: 200, replaceLiveLink: true };
          vpc.whenNotActive = "wait";
        },
      },
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
        name: "vpc-moved-while-primary-is-down",
        before: session("line-primary", "down"),
        after: session("line-primary", "up"),
        wish: (wish) => {
          wish.component = { vpcId: VPC.two, whenNotActive: "defer" };
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
    ],
  },
];

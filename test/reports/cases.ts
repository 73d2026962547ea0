/** The cases of the stored previews, which the real engine makes against the simulator. */
import type { Deployment } from "../engine/harness.ts";
import { POP } from "../world.ts";
import { baseline, CONNECTION, type DesiredStack, OTHER_CONNECTION, VPC } from "./program.ts";

/** A preview of a stack, after a change of its program or a change outside Pulumi. */
export interface Case {
  name: string;
  /** Changes the program. */
  change?: (desired: DesiredStack) => void;
  /** Runs before the preview: an action of a partner, or a change in the console. */
  before?: (stack: Deployment) => Promise<void> | void;
  /** Runs after the preview, to undo `before`. */
  after?: (stack: Deployment) => Promise<void> | void;
  /** Replaces the program. */
  program?: () => void;
  args?: string[];
}

/** Cases that start from the same deployed stack. */
export interface Scenario {
  name: string;
  legs: DesiredStack["legs"];
  spare?: boolean;
  /** Partners have not acted yet, so steps are deferred. By default they provision immediately. */
  days?: boolean;
  selfHosted?: boolean;
  component?: boolean;
  /** Cases of the empty stack, before its first `up`. */
  beforeUp?: Case[];
  cases: Case[];
}

/** The stack that every case of a scenario starts from. */
export const desiredStackOf = ({ legs, days, selfHosted, component }: Scenario): DesiredStack => ({
  ...baseline(legs),
  ...(selfHosted && { selfHosted: { popId: POP.DC3, connectionId: CONNECTION } }),
  ...(component && { component: {} }),
  ...(days && { vpc: { whenNotActive: "defer" as const } }),
});

const disable = (leg: string) => (stack: Deployment) =>
  stack.outsidePulumi("POST", `/links/${stack.link(leg).id}/disable-route-propagation`);
const enable = (leg: string) => (stack: Deployment) =>
  stack.outsidePulumi("POST", `/links/${stack.link(leg).id}/enable-route-propagation`);
const session = (leg: string, status: "up" | "down") => (stack: Deployment) => {
  for (const family of ["ipv4", "ipv6"] as const) stack.control.setSession(stack.link(leg).id, family, status);
};

/** All scenarios. */
export const SCENARIOS: Scenario[] = [
  {
    name: "single",
    legs: ["primary"],
    cases: [
      { name: "nothing-changes" },
      {
        name: "prefixes-merged",
        change: ({ ipv4 }) => {
          ipv4.in = ["10.0.0.0/11"];
        },
      },
      {
        name: "region-replaced-deferred",
        change: (desired) => {
          desired.abroad = true;
          desired.link.primary = { replaceLiveLink: true };
          desired.vpc.whenNotActive = "defer";
        },
      },
      {
        name: "bandwidth-replaced-waiting",
        change: ({ link, vpc }) => {
          link.primary = { bandwidthMbps: 200, replaceLiveLink: true };
          vpc.whenNotActive = "wait";
        },
      },
      {
        name: "drift-routes-disabled-refreshed",
        before: disable("primary"),
        after: enable("primary"),
        args: ["--refresh"],
      },
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
        change: ({ link }) => {
          link.primary = { name: "paris-1" };
          link.secondary = { tags: ["prod"] };
        },
      },
      {
        name: "ipv6-removed",
        change: (desired) => {
          delete desired.ipv6;
        },
      },
      {
        name: "prefix-added",
        change: ({ ipv4 }) => {
          ipv4.out.push("172.16.4.0/22");
        },
      },
      {
        name: "prefix-lost",
        change: ({ ipv4 }) => {
          ipv4.in = ["10.10.0.0/16"];
        },
      },
      {
        name: "primary-other-prefixes",
        change: (desired) => {
          desired.swapped = true;
        },
      },
      {
        name: "secondary-disabled",
        change: ({ routes }) => {
          routes.secondary = { enabled: false };
        },
      },
      {
        name: "secondary-deleted-while-primary-is-down",
        before: session("primary", "down"),
        after: session("primary", "up"),
        change: (desired) => {
          desired.legs = ["primary"];
        },
      },
      {
        name: "vpc-moved",
        change: ({ vpc }) => {
          vpc.vpcId = VPC.two;
        },
      },
      {
        name: "pop-refused-by-guard",
        change: ({ link }) => {
          link.secondary = { popId: POP.TH2 };
        },
      },
      { name: "drift-one-link-disabled", before: disable("secondary"), after: enable("secondary") },
    ],
  },
  {
    name: "component",
    legs: ["primary", "secondary"],
    component: true,
    beforeUp: [
      {
        name: "ordered",
        change: (desired) => {
          desired.component = { whenNotActive: "defer" };
        },
      },
    ],
    cases: [
      {
        name: "vpc-moved-while-primary-is-down",
        before: session("line-primary", "down"),
        after: session("line-primary", "up"),
        change: (desired) => {
          desired.component = { vpcId: VPC.two, whenNotActive: "defer" };
        },
      },
      {
        name: "connection-replaced-deferred",
        change: (desired) => {
          desired.link.secondary = { connectionId: OTHER_CONNECTION, replaceLiveLink: true };
          desired.component = { whenNotActive: "defer" };
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
      { name: "waiting-for-partners" },
      {
        name: "order-changed-before-accepted",
        change: ({ link }) => {
          link.secondary = { bandwidthMbps: 200 };
        },
      },
      {
        name: "one-link-ready",
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
        change: (desired) => {
          desired.primaryOn = "spare";
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
        change: ({ link }) => {
          link.primary = { peerAsn: 64_999, name: "own" };
        },
      },
    ],
  },
];

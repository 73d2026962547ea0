/** Random networks, and random changes of their programs. Everything follows from the seed. */
import fc from "fast-check";
import { type LinkWish, type Mode, POPS, type PolicyWish, VPCS, type Wish } from "./wish.ts";

/** Draws. */
export interface Draw {
  pick<T>(of: readonly T[]): T;
  /** True so many times in a hundred. */
  chance(percent: number): boolean;
}

/** Draws that follow from a seed. */
export function drawFrom(seed: number): Draw {
  const [g] = fc.sample(fc.gen(), { seed, numRuns: 1 });
  if (g === undefined) throw new Error("fast-check has drawn nothing");
  // Without a bias to small numbers, which would make rare things common.
  const index = (max: number) => fc.noBias(fc.integer({ min: 0, max }));
  const pick = <T>(of: readonly T[]): T => of[g(index, of.length - 1)] as T;
  return { pick, chance: (percent) => pick(HUNDRED) < percent };
}
const HUNDRED = Array.from({ length: 100 }, (_, index) => index);

const IPV4 = ["10.10.0.0/16", "10.20.0.0/16", "10.10.0.0/15", "10.10.128.0/17", "10.20.7.0/24", "10.30.0.0/16"];
const IPV6 = ["2001:db8:10::/48", "2001:db8:20::/48", "2001:db8:10::/47", "2001:db8:10:8000::/49"];
const MODES: Mode[] = ["defer", "defer", "defer", "wait", "fail"];

const prefixes = ({ pick, chance }: Draw, family: "ipv4" | "ipv6") => {
  const from = family === "ipv4" ? IPV4 : IPV6;
  return [...new Set([pick(from), ...(chance(60) ? [pick(from)] : []), ...(chance(20) ? [pick(from)] : [])])];
};
const policy = (draw: Draw, name: string, family: "ipv4" | "ipv6"): PolicyWish => ({
  name,
  family,
  in: prefixes(draw, family),
  out: draw.chance(70) ? prefixes(draw, family) : [],
});

function link(draw: Draw, name: string, policies: readonly PolicyWish[]): LinkWish {
  const { pick, chance } = draw;
  const of = (family: "ipv4" | "ipv6") => policies.filter((policy) => policy.family === family).map(({ name }) => name);
  const [ipv4, ipv6] = [of("ipv4"), of("ipv6")];
  const own = chance(15);
  return {
    name,
    popId: own ? POPS[1] : pick(POPS),
    bandwidthMbps: 100,
    ...(own && { peerAsn: 65000 }),
    ...(chance(92) && { attachment: { vpcId: chance(75) ? VPCS[0] : VPCS[1], mode: "defer" as const } }),
    ...(chance(90) && {
      routes: {
        ...(ipv4.length > 0 && { ipv4: pick(ipv4) }),
        ...(ipv6.length > 0 && chance(60) && { ipv6: pick(ipv6) }),
        enabled: chance(92),
        mode: "defer" as const,
      },
    }),
  };
}

/** A network to start from. */
export function startOf(draw: Draw): Wish {
  const { pick, chance } = draw;
  const policies = [
    policy(draw, "a4", "ipv4"),
    ...(chance(50) ? [policy(draw, "b4", "ipv4")] : []),
    ...(chance(60) ? [policy(draw, "a6", "ipv6")] : []),
  ];
  if (chance(12)) {
    const pair = ["p", "s"].map((name, index) => ({
      ...link(draw, name, policies),
      popId: POPS[index] ?? "",
      attachment: { vpcId: VPCS[0], mode: "defer" as const },
    }));
    return { component: true, links: pair.map(({ peerAsn: _, ...one }) => one), policies };
  }
  const names = ["l1", "l2", "l3", "l4"].slice(0, pick([1, 2, 2, 2, 3, 4]));
  return { links: names.map((name) => link(draw, name, policies)), policies };
}

/** A change of a link; undefined where it does not apply. */
type Change = (link: LinkWish, draw: Draw, wish: Wish) => void;

const OF_LINK: Record<string, Change> = {
  bandwidth: (link, { chance }) => {
    link.bandwidthMbps = 200;
    if (chance(60)) link.replaceLiveLink = true;
  },
  "move VPC": ({ attachment }) => {
    if (attachment) attachment.vpcId = attachment.vpcId === VPCS[0] ? VPCS[1] : VPCS[0];
  },
  "move every VPC": (_, __, { links }) => {
    for (const { attachment } of links) {
      if (attachment) attachment.vpcId = attachment.vpcId === VPCS[0] ? VPCS[1] : VPCS[0];
    }
  },
  "move attachment": (link, draw, wish) => {
    const name = `n${wish.links.length}`;
    wish.links.push({ name, popId: draw.pick(POPS), bandwidthMbps: 100 });
    if (link.attachment) link.attachment.on = name;
  },
  "move attachment and remove link": (link, draw, wish) => {
    const name = `n${wish.links.length}`;
    wish.links.push({ ...link, name, popId: draw.pick(POPS), alias: link.name });
    wish.links.splice(wish.links.indexOf(link), 1);
  },
  "swap policy": ({ routes }, draw, { policies }) => {
    if (!routes) return;
    const name = `c${policies.length}`;
    policies.push(policy(draw, name, "ipv4"));
    routes.ipv4 = name;
  },
  "remove family": ({ routes }, { pick }) => {
    if (routes) delete routes[pick(["ipv4", "ipv6"] as const)];
  },
  "add family": ({ routes }, draw, { policies }) => {
    if (!routes) return;
    policies.push(policy(draw, "d6", "ipv6"));
    routes.ipv6 = "d6";
  },
  "open or close": ({ routes }) => {
    if (routes) routes.enabled = !routes.enabled;
  },
  "modes are changed": ({ attachment, routes }, { pick }) => {
    if (attachment) attachment.mode = pick(MODES);
    if (routes) routes.mode = attachment?.mode ?? pick(MODES);
  },
  "AS number": (link) => {
    if (link.peerAsn !== undefined) link.peerAsn += 1;
  },
  "rename with alias": (link, _, { links }) => {
    for (const { attachment } of links) if (attachment?.on === link.name) attachment.on = `${link.name}x`;
    link.alias = link.name;
    link.name = `${link.name}x`;
  },
  "rename without alias": (link, { chance }) => {
    link.name = `${link.name}y`;
    if (chance(30)) link.replaceLiveLink = true;
  },
  "remove link": (link, _, { links }) => {
    links.splice(links.indexOf(link), 1);
  },
  "remove routes": (link) => {
    delete link.routes;
  },
  "remove attachment": (link) => {
    delete link.attachment;
  },
};
const OF_WISH: Record<string, (wish: Wish, draw: Draw) => void> = {
  "add link": (wish, draw) => {
    wish.links.push(link(draw, `m${wish.links.length}`, wish.policies));
    if (draw.chance(40)) for (const { attachment } of wish.links) if (attachment) attachment.mode = draw.pick(MODES);
  },
  prefixes: ({ policies }, draw) => {
    const one = draw.pick(policies);
    Object.assign(one, policy(draw, one.name, one.family));
  },
  "rename policy": ({ policies, links }, { pick, chance }) => {
    const one = pick(policies);
    const name = `${one.name}z`;
    for (const { routes } of links) {
      if (routes?.ipv4 === one.name) routes.ipv4 = name;
      if (routes?.ipv6 === one.name) routes.ipv6 = name;
    }
    if (chance(50)) one.alias = one.name;
    one.name = name;
  },
  "remove policy": ({ policies }, { pick }) => {
    policies.splice(policies.indexOf(pick(policies)), 1);
  },
  "delete everything": (wish) => {
    wish.links = [];
    wish.policies = [];
  },
  nothing: () => {},
};

/** Every kind of change, by name. */
const KINDS: readonly string[] = [...Object.keys(OF_LINK), ...Object.keys(OF_WISH)];
/** What a component has no other form for. */
const COMPONENT_KINDS = [
  "bandwidth",
  "move every VPC",
  "prefixes",
  "modes are changed",
  "nothing",
  "delete everything",
];

/** Another program, and what was changed: one thing, or two. */
export function changeOf(start: Wish, draw: Draw): { wish: Wish; kinds: string[] } {
  const wish = structuredClone(start);
  const kinds = [draw.pick(start.component ? COMPONENT_KINDS : KINDS)];
  if (!start.component && draw.chance(25)) kinds.push(draw.pick(KINDS));
  for (const kind of kinds) {
    const one = wish.links.length > 0 ? draw.pick(wish.links) : undefined;
    if (OF_LINK[kind]) {
      if (one) OF_LINK[kind](one, draw, wish);
    } else if (wish.policies.length > 0 || kind === "add link") OF_WISH[kind]?.(wish, draw);
  }
  return { wish, kinds };
}

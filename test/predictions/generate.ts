/** Random networks, and random changes to their programs. The seed determines everything. */
import fc from "fast-check";
import { type DesiredLink, type DesiredNetwork, type DesiredPolicy, type Mode, POPS, VPCS } from "./desired-network.ts";

/** Random choices. */
export interface Draw {
  pick<T>(values: readonly T[]): T;
  /** True in that percentage of cases. */
  chance(percent: number): boolean;
}

/** Random choices that a seed determines. */
export function drawFrom(seed: number): Draw {
  const [g] = fc.sample(fc.gen(), { seed, numRuns: 1 });
  if (g === undefined) throw new Error("fast-check returned no sample");
  // No bias to small numbers: it would make rare changes common.
  const index = (max: number) => fc.noBias(fc.integer({ min: 0, max }));
  const pick = <T>(values: readonly T[]): T => values[g(index, values.length - 1)] as T;
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
const policy = (draw: Draw, name: string, family: "ipv4" | "ipv6"): DesiredPolicy => ({
  name,
  family,
  in: prefixes(draw, family),
  out: draw.chance(70) ? prefixes(draw, family) : [],
});

function link(draw: Draw, name: string, policies: readonly DesiredPolicy[]): DesiredLink {
  const { pick, chance } = draw;
  const namesOf = (family: "ipv4" | "ipv6") =>
    policies.filter((policy) => policy.family === family).map(({ name }) => name);
  const [ipv4, ipv6] = [namesOf("ipv4"), namesOf("ipv6")];
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

/** The network before the change. */
export function randomNetwork(draw: Draw): DesiredNetwork {
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

/** Changes one link, or does nothing where the change does not apply. */
type Change = (link: DesiredLink, draw: Draw, desired: DesiredNetwork) => void;

const LINK_CHANGES: Record<string, Change> = {
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
  "move attachment": (link, draw, desired) => {
    const name = `n${desired.links.length}`;
    desired.links.push({ name, popId: draw.pick(POPS), bandwidthMbps: 100 });
    if (link.attachment) link.attachment.on = name;
  },
  "move attachment and remove link": (link, draw, desired) => {
    const name = `n${desired.links.length}`;
    desired.links.push({ ...link, name, popId: draw.pick(POPS), alias: link.name });
    desired.links.splice(desired.links.indexOf(link), 1);
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
  "enable or disable routes": ({ routes }) => {
    if (routes) routes.enabled = !routes.enabled;
  },
  "change modes": ({ attachment, routes }, { pick }) => {
    if (attachment) attachment.mode = pick(MODES);
    if (routes) routes.mode = attachment?.mode ?? pick(MODES);
  },
  "change AS number": (link) => {
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
const NETWORK_CHANGES: Record<string, (desired: DesiredNetwork, draw: Draw) => void> = {
  "add link": (desired, draw) => {
    desired.links.push(link(draw, `m${desired.links.length}`, desired.policies));
    if (draw.chance(40)) for (const { attachment } of desired.links) if (attachment) attachment.mode = draw.pick(MODES);
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
  "delete everything": (desired) => {
    desired.links = [];
    desired.policies = [];
  },
  nothing: () => {},
};

/** The names of all kinds of changes. */
const KINDS: readonly string[] = [...Object.keys(LINK_CHANGES), ...Object.keys(NETWORK_CHANGES)];
/** The changes that apply to a component. */
const COMPONENT_KINDS = ["bandwidth", "move every VPC", "prefixes", "change modes", "nothing", "delete everything"];

/** The changed program, with the names of its one or two changes. */
export function randomChange(start: DesiredNetwork, draw: Draw): { desired: DesiredNetwork; kinds: string[] } {
  const desired = structuredClone(start);
  const kinds = [draw.pick(start.component ? COMPONENT_KINDS : KINDS)];
  if (!start.component && draw.chance(25)) kinds.push(draw.pick(KINDS));
  for (const kind of kinds) {
    const one = desired.links.length > 0 ? draw.pick(desired.links) : undefined;
    if (LINK_CHANGES[kind]) {
      if (one) LINK_CHANGES[kind](one, draw, desired);
    } else if (desired.policies.length > 0 || kind === "add link") NETWORK_CHANGES[kind]?.(desired, draw);
  }
  return { desired, kinds };
}

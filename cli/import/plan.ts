/** Plans the resources of a program that describes existing links. */
import type { Link, RoutingPolicy } from "../../provider/api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../provider/domain/address-family.ts";
import { userTags } from "../../provider/domain/owner-tag.ts";
import { canonicalPrefix } from "../../provider/domain/prefix.ts";
import type { ResourceKind } from "../../provider/resources/index.ts";
import { interlinkDefinition } from "../../provider/resources/interlink/definition.ts";
import type { Found, FoundNetwork } from "./found.ts";
import { commonStart, Names } from "./names.ts";
import { type Pair, pairsOf } from "./pairs.ts";

/** A reference to a property of another resource of the program. */
export class Reference {
  readonly kind: ResourceKind;
  readonly name: string;
  readonly property: "id" | "linkId";

  constructor(kind: ResourceKind, name: string, property: "id" | "linkId" = "id") {
    this.kind = kind;
    this.name = name;
    this.property = property;
  }
}

/** The value of an input in a program. */
export type Value = string | number | boolean | Reference | readonly Value[] | { readonly [key: string]: Value };
/** Inputs of a resource. */
export type Inputs = Readonly<Record<string, Value>>;

interface Common {
  /** Logical name. */
  name: string;
  inputs: Inputs;
  /** Name of the component that creates this resource; undefined if the program itself does. */
  parent?: string;
}
/** A resource for a live object. */
export type LiveResource = Common &
  (
    | ({ kind: "RoutingPolicy" } & Found<RoutingPolicy>)
    | ({ kind: "InterLink" | "VpcAttachment" | "RoutePropagation" } & Found<Link>)
  );
/** A resource of the program or of one of its components. */
export type PlannedResource = LiveResource | (Common & { kind: "RedundantInterLink" });

/** The resources to import, and warnings for the user. */
export interface ImportPlan {
  /** In the order of the program: referenced resources come first. */
  resources: PlannedResource[];
  notes: string[];
}

/** Plans the program for a network. `separate`: pairs become separate links. */
export function planImport({ links, policies, notes }: FoundNetwork, { separate = false } = {}): ImportPlan {
  const names = new Names();
  const { pairs, notes: pairNotes } = separate ? { pairs: [], notes: [] } : pairsOf(links);
  const paired = new Set(pairs.flatMap(({ primary, secondary }) => [primary, secondary]));
  const single = links.filter((link) => !paired.has(link));

  const usersOf = (id: string) => links.filter(({ live }) => FAMILIES.some((family) => policyOf(live, family) === id));
  /** The pair whose component creates the policy: the only links that use it are the two of the pair. */
  const pairOf = (policy: Found<RoutingPolicy>): Pair | undefined =>
    pairs.find(({ primary: { live }, secondary }) => {
      const users = usersOf(policy.live.id);
      const isTheirs = users.length === 2 && users.every((user) => user.live.id === live.id || user === secondary);
      return isTheirs && policy.live.projectId === live.projectId;
    });

  // Pairs and links are named before policies, so that they get the plain name if a policy has the same one.
  const namedPairs = pairs.map((pair) => ({ pair, name: nameOfPair(pair, names) }));
  const namedLinks = single.map((link) => ({ link, name: names.take(link.live.name, "link", ["-vpc", "-routes"]) }));
  const policyResources = policies
    .filter((policy) => pairOf(policy) === undefined)
    .map(
      (policy): LiveResource => ({
        ...{ kind: "RoutingPolicy", name: names.take(policy.live.name, "policy"), ...policy },
        inputs: policyInputs(policy.live),
      }),
    );
  const idOrReference = (id: string): Value => {
    const resource = policyResources.find(({ live }) => live.id === id);
    return resource === undefined ? id : new Reference("RoutingPolicy", resource.name);
  };
  const pairResources = namedPairs.flatMap(({ pair, name }) => {
    const theirs = policies.filter((policy) => pairOf(policy) === pair);
    return resourcesOfPair(name, pair, theirs, idOrReference);
  });
  const linkResources = namedLinks.flatMap(({ link, name }): PlannedResource[] => {
    const inputs = { ...placeOf(link.live), ...orderOf(link) };
    const traffic = { link: name, attachment: `${name}-vpc`, routes: `${name}-routes` };
    return [{ kind: "InterLink", name, ...link, inputs }, ...trafficOf(link, traffic, idOrReference)];
  });
  const unmanaged = links.filter(({ live }) => live.enableRoutePropagation && !hasPolicy(live));
  return {
    resources: [...policyResources, ...pairResources, ...linkResources],
    notes: [
      ...notes,
      ...pairNotes,
      ...unmanaged.map(
        ({ live }) =>
          `InterLink ${live.name} gets no RoutePropagation: route propagation is enabled, but without a routing policy all routes are blocked.`,
      ),
    ],
  };
}

const policyOf = (link: Link, family: AddressFamily) => link[FAMILY_FIELDS[family].policy];
const hasPolicy = (link: Link) => FAMILIES.some((family) => policyOf(link, family) !== undefined);
const placeOf = ({ region, projectId }: { region: string; projectId: string }) => ({ region, projectId });

/** The inputs of an order, and those that adopt the existing link. */
function orderOf({ live, owner }: Found<Link>): Inputs {
  const { id, name, popId, bandwidthMbps, partner, self, vlan, peerBgpConfig } = live;
  const tags = userTags(live.tags);
  // With a partner at layer 3, the BGP peer is the partner's router. If the layer is unknown, the program leaves peerAsn out.
  const isOwnPeer = self !== undefined || partner?.l3Connectivity === false;
  const { min, max } = interlinkDefinition.inputs.peerAsn;
  const asn = peerBgpConfig?.asn ?? 0;
  return {
    popId,
    ...(partner && { partnerId: partner.partnerId }),
    ...(self && { connectionId: self.connectionId }),
    bandwidthMbps,
    ...(isOwnPeer && asn >= min && asn <= max && { peerAsn: asn }),
    ...(self && { vlan }),
    name,
    ...(tags.length > 0 && { tags }),
    adoptId: id,
    ...(owner !== undefined && { adoptFrom: owner }),
  };
}

function prefixesOf({ prefixFilterIn, prefixFilterOut }: RoutingPolicy) {
  return { in: prefixFilterIn.map(canonicalPrefix), out: prefixFilterOut.map(canonicalPrefix) };
}

function policyInputs(policy: RoutingPolicy): Inputs {
  const prefixes = prefixesOf(policy);
  const tags = userTags(policy.tags);
  return {
    ...placeOf(policy),
    ...(prefixes.in.length > 0 && { prefixFilterIn: prefixes.in }),
    ...(prefixes.out.length > 0 && { prefixFilterOut: prefixes.out }),
    name: policy.name,
    ...(tags.length > 0 && { tags }),
  };
}

/** The VpcAttachment and RoutePropagation of a link. */
function trafficOf(
  { live }: Found<Link>,
  names: Record<"link" | "attachment" | "routes", string>,
  policyValue: (id: string) => Value,
  parent: { parent?: string } = {},
): PlannedResource[] {
  const { region, vpcId } = live;
  const linkId = new Reference("InterLink", names.link);
  const attachment: PlannedResource[] =
    vpcId === undefined
      ? []
      : [{ kind: "VpcAttachment", name: names.attachment, ...parent, live, inputs: { linkId, vpcId, region } }];
  if (!hasPolicy(live)) return attachment;
  const policies = FAMILIES.flatMap((family) => {
    const id = policyOf(live, family);
    return id === undefined ? [] : [[FAMILY_FIELDS[family].policy, policyValue(id)] as const];
  });
  const inputs = {
    linkId: vpcId === undefined ? linkId : new Reference("VpcAttachment", names.attachment, "linkId"),
    ...Object.fromEntries(policies),
    ...(!live.enableRoutePropagation && { enabled: false }),
    region,
  };
  return [...attachment, { kind: "RoutePropagation", name: names.routes, ...parent, live, inputs }];
}

/** A name based on both links. Reserves the names that the component derives from it. */
const nameOfPair = ({ primary: { live }, secondary }: Pair, names: Names): string =>
  names.take(commonStart(live.name, secondary.live.name) || live.name, "pair", [
    ...["-primary", "-secondary"],
    ...FAMILIES.map((family) => `-${family}`),
  ]);

/** The component for a pair, and all resources that the component creates (`sdk/redundant-interlink.ts`). */
function resourcesOfPair(
  name: string,
  { primary, secondary }: Pair,
  policies: readonly Found<RoutingPolicy>[],
  idOrReference: (id: string) => Value,
): PlannedResource[] {
  const { live } = primary;
  const place = placeOf(live);
  const legs = { primary, secondary };
  const parent = { parent: name };

  const allowedRoutes: Record<string, Inputs> = {};
  const children: PlannedResource[] = policies.map((policy) => {
    const family: AddressFamily = policy.live.isIpv6 ? "ipv6" : "ipv4";
    const prefixes = prefixesOf(policy.live);
    allowedRoutes[family] = Object.fromEntries(Object.entries(prefixes).filter(([, list]) => list.length > 0));
    const { name: _, tags: __, ...inputs } = policyInputs(policy.live);
    return {
      ...{ kind: "RoutingPolicy", name: `${name}-${family}`, ...parent, ...policy },
      inputs: { addressFamily: family, ...inputs },
    };
  });
  const policyValue = (id: string): Value => {
    const child = children.find((one) => "live" in one && one.live.id === id);
    return child === undefined ? idOrReference(id) : new Reference("RoutingPolicy", child.name);
  };
  for (const [leg, link] of Object.entries(legs)) {
    const own = `${name}-${leg}`;
    children.push({ kind: "InterLink", name: own, ...parent, ...link, inputs: { ...place, ...orderOf(link) } });
    children.push(...trafficOf(link, { link: own, attachment: own, routes: own }, policyValue, parent));
  }
  const others = FAMILIES.flatMap((family) => {
    const id = policyOf(live, family);
    const isChild = policies.some((policy) => policy.live.id === id);
    return id === undefined || isChild ? [] : [[FAMILY_FIELDS[family].policy, idOrReference(id)] as const];
  });
  const inputs = {
    ...place,
    vpcId: live.vpcId ?? "",
    primary: orderOf(primary),
    secondary: orderOf(secondary),
    ...(policies.length > 0 && { allowedRoutes }),
    ...Object.fromEntries(others),
    ...(!live.enableRoutePropagation && { enabled: false }),
  };
  return [{ kind: "RedundantInterLink", name, inputs }, ...children];
}

import * as pulumi from "@pulumi/pulumi";
import { parsePrefix } from "../provider/domain/prefix.ts";
import type { AddressFamily, Region } from "../provider/index.ts";
import { defined } from "./defined.ts";
import { popsOfRun } from "./lookup-run.ts";
import { mistake } from "./mistake.ts";
import type { AllowedRoutesArgs, RedundantInterLinkArgs } from "./redundant-args.ts";

const LEGS = ["primary", "secondary"] as const;

/**
 * Rejects invalid arguments before anything is ordered. Values that are not known yet are checked by the resources.
 */
export function checkRedundantArgs(name: string, args: RedundantInterLinkArgs): void {
  const refuse = (reason: string) => {
    throw new pulumi.RunError(`RedundantInterLink "${name}": ${reason}`);
  };
  const { primary, secondary, allowedRoutes = {} } = args;

  const adopted = bare(primary.adoptId);
  if (adopted !== undefined && adopted === bare(secondary.adoptId)) {
    refuse(`both legs adopt link ${adopted}. Give one of them another adoptId, or omit it to order a new link.`);
  }

  const places = placesOf(args);
  if (new Set(places.map(({ region }) => region)).size > 1) {
    const list = places.map(({ input, region }) => `${input} is in ${region}`).join(", ");
    refuse(`a VPC and its links must be in one region, but ${list}.`);
  }

  for (const [family, policy] of [
    ["ipv4", "routingPolicyV4Id"],
    ["ipv6", "routingPolicyV6Id"],
  ] as const) {
    if (allowedRoutes[family] !== undefined && args[policy] !== undefined) {
      refuse(`give either allowedRoutes.${family} or ${policy}, not both.`);
    }
  }
  for (const family of ["ipv4", "ipv6"] as const) {
    const routes = allowedRoutes[family];
    if (routes === undefined) continue;
    const problem = prefixProblem(family, routes);
    if (problem !== undefined) refuse(`allowedRoutes.${family}${problem}`);
  }
  if (primary.replaceLiveLink === true && secondary.replaceLiveLink === true) {
    refuse(
      "both legs have replaceLiveLink: true, so one run could take both links down until the partners have provisioned " +
        "new ones (hours to days). Replace one, wait until health is redundant again, then replace the other.",
    );
  }
  const hasRoutes = allowedRoutes.ipv4 ?? allowedRoutes.ipv6 ?? args.routingPolicyV4Id ?? args.routingPolicyV6Id;
  if (hasRoutes === undefined) {
    refuse(
      "no routes are allowed, so no traffic would flow: give allowedRoutes " +
        '(such as { ipv4: { in: ["10.10.0.0/16"], out: ["172.16.0.0/22"] } }), routingPolicyV4Id or routingPolicyV6Id.',
    );
  }
}

/** The first problem in the prefixes of one family, as far as they are known before the run. */
function prefixProblem(
  family: AddressFamily,
  { in: accepted, out: advertised }: AllowedRoutesArgs,
): string | undefined {
  if ([accepted, advertised].every((list) => list === undefined || (Array.isArray(list) && list.length === 0))) {
    return " has no prefix: give at least one in `in` or `out`, or omit it.";
  }
  for (const [key, list] of Object.entries({ in: accepted, out: advertised })) {
    for (const [index, prefix] of Array.isArray(list) ? list.entries() : []) {
      if (typeof prefix !== "string") continue;
      const parsed = parsePrefix(prefix);
      if ("problem" in parsed) return `.${key}[${index}]: ${parsed.problem}.`;
      if (parsed.family !== family) return `.${key}[${index}]: ${prefix} belongs to the other address family.`;
    }
  }
  return undefined;
}

/** Both PoPs. Neither is known before the other, so that no link is ordered if they turn out to be the same. */
export function differentPops(
  name: string,
  args: RedundantInterLinkArgs,
): [pulumi.Input<string>, pulumi.Input<string>] {
  const { primary, secondary, allowSamePop = false } = args;
  const check = (first: string, second: string) => {
    if (allowSamePop || bare(first) !== bare(second)) return;
    throw mistake(
      `RedundantInterLink "${name}": both links are at PoP ${bare(first)}, so they would fail together. ` +
        "Choose another PoP for one of them, or set allowSamePop: true.",
    );
  };
  if (typeof primary.popId === "string" && typeof secondary.popId === "string") {
    check(primary.popId, secondary.popId);
    return [primary.popId, secondary.popId];
  }
  const both = pulumi.all([primary.popId, secondary.popId]).apply(([first, second]) => {
    check(first, second);
    return { first, second };
  });
  return [both.first, both.second];
}

/**
 * Reports in previews that one event may take both links down: two PoPs in one city (Scaleway's SLA requires
 * geographically separate ones), or one partner for both. Cities are read only if a lookup of the program has called
 * the API already.
 */
export function noticeSharedFate(component: pulumi.Resource, name: string, args: RedundantInterLinkArgs): void {
  if (!pulumi.runtime.isDryRun()) return;
  const { primary, secondary } = args;
  const notice = (what: string) =>
    pulumi.log.info(`RedundantInterLink "${name}": ${what}, so one event may take both links down.`, component);
  pulumi.all([primary.partnerId, secondary.partnerId]).apply(([first, second]) => {
    if (first !== undefined && bare(first) === bare(second)) notice("both links have the same partner");
  });
  pulumi.all([primary.popId, secondary.popId, pulumi.output(regionOf(args))]).apply(async ([first, second, region]) => {
    if (bare(first) === bare(second)) return;
    const pops = await popsOfRun(defined({ region }));
    const [one, other] = [first, second].map((id) => pops.find((pop) => pop.id === bare(id)));
    if (one === undefined || other === undefined || one.city.toLowerCase() !== other.city.toLowerCase()) return;
    notice(`both PoPs are in ${one.city}, and Scaleway's SLA requires geographically separate ones`);
  });
}

/** The region of all resources, from the arguments or their regional ids. */
export function regionOf(args: RedundantInterLinkArgs): pulumi.Input<Region> | undefined {
  return (
    args.region ?? args.primary.region ?? args.secondary.region ?? (placesOf(args)[0]?.region as Region | undefined)
  );
}

/** Every region that the arguments name, as far as known before the run. */
function placesOf(args: RedundantInterLinkArgs): { input: string; region: string }[] {
  const regions: Record<string, pulumi.Input<string> | undefined> = { region: args.region };
  const ids: Record<string, pulumi.Input<string> | undefined> = {
    vpcId: args.vpcId,
    routingPolicyV4Id: args.routingPolicyV4Id,
    routingPolicyV6Id: args.routingPolicyV6Id,
  };
  for (const leg of LEGS) {
    regions[`${leg}.region`] = args[leg].region;
    for (const key of ["popId", "partnerId", "connectionId", "adoptId"] as const) ids[`${leg}.${key}`] = args[leg][key];
  }
  const known = (input: string, region: pulumi.Input<string> | undefined) =>
    typeof region === "string" ? [{ input, region }] : [];
  return [
    ...Object.entries(regions).flatMap(([input, region]) => known(input, region)),
    ...Object.entries(ids).flatMap(([input, id]) =>
      typeof id === "string" && id.includes("/") ? known(input, id.split("/")[0]) : [],
    ),
  ];
}

/** The UUID of a known id. */
const bare = (id: pulumi.Input<string> | undefined) =>
  typeof id === "string" ? id.split("/").at(-1)?.toLowerCase() : undefined;

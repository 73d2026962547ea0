/** The metrics of an exporter, computed at each scrape from the last reads. */
import { Counter, Gauge, Registry } from "prom-client";
import type { Clock } from "../../provider/api/clock.ts";
import { LINK_STATUSES, type Link } from "../../provider/api/wire.ts";
import { FAMILIES, FAMILY_FIELDS } from "../../provider/domain/address-family.ts";
import { ownershipOf } from "../../provider/domain/owner-tag.ts";
import { packageVersion } from "../../provider/domain/package-version.ts";
import { expiryOf, factsOf } from "../../provider/domain/status.ts";
import { carries, familiesOf } from "../routes/carrying.ts";
import { ofFamily } from "../routes/learned.ts";
import type { Calls } from "./calls.ts";
import { READS, type Region } from "./region.ts";

type Labels = Record<string, string>;
type Samples = readonly (readonly [Labels, number])[];

/** `disabled` (no routing policy) is not `down`. A status that is new in the API gets a series of its own. */
const SESSION_STATUSES = ["up", "down", "disabled", "unknown_bgp_status"];
const LINK = ["region", "link_id", "link"] as const;
const VPC = ["region", "vpc_id", "vpc", "family"] as const;

/** The sources of the metrics. */
export interface MetricSources {
  regions: readonly Region[];
  calls: Calls;
  clock: Clock;
}

/** Creates the registry. Values that are too old have no series, so that no old value looks current. Alert on their age instead. */
export function metricsOf({ regions, calls, clock }: MetricSources): Registry {
  const registry = new Registry();
  const links = () =>
    regions.flatMap((region) => (region.links.value ?? []).map((link) => ({ region, link, labels: labelsOf(link) })));
  const gauge = (name: string, help: string, labelNames: readonly string[], samples: () => Samples) =>
    new Gauge({
      ...{ name, help, labelNames: [...labelNames], registers: [registry] },
      collect() {
        this.reset();
        for (const [labels, value] of samples()) this.set(labels, value);
      },
    });
  /** The count is kept outside prom-client, so the counter is set at each scrape. */
  const counter = (name: string, help: string, labelNames: readonly string[], samples: () => Samples) =>
    new Counter({
      ...{ name, help, labelNames: [...labelNames], registers: [registry] },
      collect() {
        this.reset();
        for (const [labels, value] of samples()) this.inc(labels, value);
      },
    });

  gauge(
    "interlink_link_info",
    "Always 1. The labels describe the link; join on link_id.",
    [...LINK, "kind", "pop", "city", "partner", "vpc_id", "vpc", "owner"],
    () => links().map(({ region, link, labels }) => [{ ...labels, ...infoOf(region, link) }, 1]),
  );
  gauge("interlink_link_status", "1 for the current status of the link, 0 for all others.", [...LINK, "status"], () =>
    links().flatMap(({ link, labels }) => oneOf(LINK_STATUSES, link.status, labels)),
  );
  gauge(
    "interlink_bgp_session_status",
    "1 for the current status of the BGP session, 0 for all others. disabled: no routing policy of the family is attached.",
    [...LINK, "family", "status"],
    () =>
      links().flatMap(({ link, labels }) =>
        FAMILIES.flatMap((family) =>
          oneOf(SESSION_STATUSES, link[FAMILY_FIELDS[family].session], { ...labels, family }),
        ),
      ),
  );
  gauge("interlink_route_propagation_enabled", "1 while route propagation of the link is enabled.", LINK, () =>
    links().map(({ link, labels }) => [labels, Number(link.enableRoutePropagation)]),
  );
  gauge("interlink_vpc_attached", "1 while a VPC is attached to the link.", LINK, () =>
    links().map(({ link, labels }) => [labels, Number(link.vpcId !== undefined)]),
  );
  gauge("interlink_link_bandwidth_bits_per_second", "Ordered bandwidth.", LINK, () =>
    links().map(({ link, labels }) => [labels, link.bandwidthMbps * 1_000_000]),
  );
  gauge(
    "interlink_order_expires_in_seconds",
    "Seconds until the order expires. Only while the link is requested, that is, not yet accepted by its partner.",
    LINK,
    () =>
      links().flatMap(({ link, labels }): Samples => {
        const expires = link.status === "requested" ? expiryOf(link) : undefined;
        return expires === undefined ? [] : [[labels, (expires.getTime() - clock.now()) / 1000]];
      }),
  );
  gauge(
    "interlink_allowed_prefixes",
    "Number of prefixes that the routing policy allows. in: from your network; out: to your network.",
    [...LINK, "family", "direction"],
    () =>
      links().flatMap(({ region, link, labels }) =>
        familiesOf(link).flatMap((family): Samples => {
          const policy = region.policies.value?.find(({ id }) => id === link[FAMILY_FIELDS[family].policy]);
          if (policy === undefined) return [];
          const { prefixFilterIn, prefixFilterOut } = policy;
          return [
            [{ ...labels, family, direction: "in" }, prefixFilterIn.length],
            [{ ...labels, family, direction: "out" }, prefixFilterOut.length],
          ];
        }),
      ),
  );
  gauge(
    "interlink_learned_routes",
    "Number of routes that the VPC has learned over the link, for each family with a routing policy.",
    [...LINK, "family"],
    () =>
      links().flatMap(({ region, link, labels }) => {
        const learned = link.vpcId === undefined ? undefined : region.routes.value?.get(link.id);
        if (learned === undefined) return [];
        return familiesOf(link).map((family) => [{ ...labels, family }, ofFamily(learned, family).length] as const);
      }),
  );
  gauge(
    "interlink_link_carries_traffic",
    "1 while the link carries traffic: propagation enabled, session up, and a route learned (if learned routes are known).",
    [...LINK, "family"],
    () =>
      links().flatMap(({ region, link, labels }) =>
        familiesOf(link).map(
          (family) => [{ ...labels, family }, Number(carries(link, family, learnedOver(region, link)))] as const,
        ),
      ),
  );
  const perVpc = (value: (carrying: Link[], all: Link[]) => number) => () =>
    regions.flatMap((region) =>
      redundancyOf(region).map(({ labels, carrying, all }) => [labels, value(carrying, all)] as const),
    );
  gauge(
    "interlink_vpc_provisioned_links",
    "Number of the VPC's links that are provisioned and have a routing policy of the family.",
    VPC,
    perVpc((_, all) => all.length),
  );
  gauge(
    "interlink_vpc_carrying_links",
    "Number of links that carry the VPC's traffic of the family.",
    VPC,
    perVpc((carrying) => carrying.length),
  );
  gauge(
    "interlink_vpc_carrying_pops",
    "Number of PoPs of the links that carry the VPC's traffic of the family.",
    VPC,
    perVpc((carrying) => new Set(carrying.map(({ popId }) => popId)).size),
  );

  const reads = () =>
    regions.flatMap((region) =>
      READS.map((read) => ({ source: region[read], labels: { region: region.region, read } })),
    );
  gauge(
    "interlink_read_age_seconds",
    "Age of the last successful read. Absent before the first one.",
    ["region", "read"],
    () =>
      reads().flatMap(
        ({ source, labels }): Samples => (source.ageMs === undefined ? [] : [[labels, source.ageMs / 1000]]),
      ),
  );
  gauge("interlink_read_success", "1 if the last read succeeded, 0 if it failed.", ["region", "read"], () =>
    reads().flatMap(
      ({ source, labels }): Samples => (source.succeeded === undefined ? [] : [[labels, Number(source.succeeded)]]),
    ),
  );
  gauge("interlink_read_max_age_seconds", "Age after which values are removed.", ["region", "read"], () =>
    reads().map(({ source, labels }) => [labels, source.schedule.maxAgeMs / 1000]),
  );
  counter(
    "interlink_read_errors_total",
    "Failed reads, by HTTP status or kind of failure.",
    ["region", "read", "reason"],
    () =>
      reads().flatMap(({ source, labels }) =>
        [...source.errors].map(([reason, count]) => [{ ...labels, reason }, count] as const),
      ),
  );
  counter(
    "interlink_api_calls_total",
    "Calls sent to the API, by HTTP status or kind of failure.",
    ["method", "endpoint", "status"],
    () => calls.read().map(({ count, ...labels }) => [labels, count]),
  );
  gauge("interlink_exporter_info", "Always 1. The label is the version of the exporter.", ["version"], () => [
    [{ version: packageVersion() }, 1],
  ]);
  return registry;
}

const labelsOf = ({ region, id, name }: Link): Labels => ({ region, link_id: id, link: name });

function infoOf({ pops, partners, vpcs }: Region, link: Link): Labels {
  const pop = pops.value?.find(({ id }) => id === link.popId);
  const { partner, vpcId = "" } = link;
  return {
    kind: link.self ? "self_hosted" : "hosted",
    pop: pop?.displayName || pop?.name || link.popId,
    city: pop?.city ?? "",
    partner: partners.value?.find(({ id }) => id === partner?.partnerId)?.name ?? partner?.partnerId ?? "",
    vpc_id: vpcId,
    vpc: nameOfVpc(vpcs.value, vpcId),
    owner: ownershipOf(link.tags)?.owner ?? "",
  };
}

const nameOfVpc = (vpcs: readonly { id: string; name: string }[] | undefined, vpcId: string): string =>
  vpcs?.find(({ id }) => id === vpcId)?.name ?? vpcId;

const learnedOver = ({ routes }: Region, link: Link): string[] | undefined => routes.value?.get(link.id);

/** One sample for each status: 1 for the actual one, 0 for all others. */
const oneOf = (words: readonly string[], actual: string, labels: Labels): (readonly [Labels, number])[] =>
  [...new Set([...words, actual])].map((status) => [{ ...labels, status }, Number(status === actual)]);

/** For each VPC and family: its links, and those that carry its traffic. */
function redundancyOf(region: Region): { labels: Labels; all: Link[]; carrying: Link[] }[] {
  const byVpc = Map.groupBy(region.links.value ?? [], ({ vpcId }) => vpcId);
  return [...byVpc].flatMap(([vpcId, links]) =>
    FAMILIES.flatMap((family) => {
      const all = links.filter((link) => factsOf(link.status).provisioned && familiesOf(link).includes(family));
      if (vpcId === undefined || all.length === 0) return [];
      const labels = { region: region.region, vpc_id: vpcId, vpc: nameOfVpc(region.vpcs.value, vpcId), family };
      return [{ labels, all, carrying: all.filter((link) => carries(link, family, learnedOver(region, link))) }];
    }),
  );
}

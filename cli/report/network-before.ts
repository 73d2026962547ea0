/** Legs as they are before a run: what is live, else what the state tells. */
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../provider/domain/address-family.ts";
import { factsOf } from "../../provider/domain/status.ts";
import { type Leg, legOf, legOfLink, type Network, text, touch } from "./leg.ts";
import type { Live } from "./live.ts";
import type { Change, Preview } from "./preview.ts";
import type { Resolver } from "./resolver.ts";
import { takesDeferredStep } from "./step.ts";

/** Builds the side before the run. */
export function networkBefore({ changes }: Preview, live: Live | undefined, resolver: Resolver): Network {
  const network: Network = new Map();
  const liveLinks = new Map(live?.links.map((link) => [link.id, link]));
  const byState = (id: string) => live === undefined || live.untold?.includes(id);
  const leg = (id: string, name: string, told: Record<string, unknown>): Leg | undefined => {
    const known = network.get(id);
    if (known) return known;
    const link = liveLinks.get(id);
    // Where everything live was read, a link that is not there is gone.
    if (link === undefined && !byState(id)) return undefined;
    const made = link ? legOfLink(link, name, resolver) : legOf(id, name, told, resolver);
    network.set(id, made);
    return made;
  };
  /** The leg that an attachment or routes are on, with what the state tells of them, where nothing live tells more. */
  const byStateOf = (change: Change) => {
    const told = values(change.old);
    const id = resolver.linkBefore(change);
    const on = id && leg(id, change.name, { region: told.region });
    if (!on) return undefined;
    touch(on, change);
    return byState(id) ? { on, told } : undefined;
  };
  for (const change of changes.filter(({ kind }) => kind === "InterLink")) {
    const state = change.old ?? (change.op === "read" ? change.new : undefined);
    const id = state?.id ?? change.new?.id;
    if (state !== undefined && id !== undefined) touch(leg(id, change.name, values(state)), change);
    // A link that is adopted carries what it carries, before the stack has it too.
    const adopted = change.op === "create" ? resolver.liveLink(resolver.linkAfter(change)) : undefined;
    if (adopted) touch(leg(adopted.id, change.name, {}), change);
  }
  for (const change of changes.filter(({ kind, old }) => kind === "VpcAttachment" && old)) {
    const stated = byStateOf(change);
    if (stated === undefined) continue;
    const { on, told } = stated;
    heardOf(on, told);
    // While a change of it is put off, the state names the VPC that is wished, and keeps the one that is there apart.
    on.vpcId = text(told.attached === false ? told.__attachedVpcId : told.vpcId);
    // The engine offers a step that was put off once it has seen that the link is ready.
    if (takesDeferredStep(change) && !factsOf(on.status ?? "").provisioned) {
      on.status = "active";
      on.sessions = { ipv4: undefined, ipv6: undefined };
    }
  }
  for (const change of changes.filter(({ kind, old }) => kind === "RoutePropagation" && old)) {
    const stated = byStateOf(change);
    if (stated === undefined) continue;
    const { on, told } = stated;
    if (!takesDeferredStep(change)) heardOf(on, told);
    on.propagation = told.enabled !== false;
    const attached = (told.__attachedPolicies ?? {}) as Partial<Record<AddressFamily, string>>;
    for (const family of FAMILIES) {
      // While it is put off, the state names the policies that are wished, and keeps those that are there apart.
      const id = told.pendingReason === undefined ? text(told[FAMILY_FIELDS[family].policy]) : attached[family];
      on.policies[family] = id === undefined ? undefined : resolver.policyBefore(id);
    }
  }
  return network;
}

/** Status and sessions, as the resource that was brought up to date last knows them. */
function heardOf(leg: Leg, told: Record<string, unknown>): void {
  leg.status = text(told.linkStatus) ?? leg.status;
  leg.sessions = { ipv4: text(told.bgpV4Status), ipv6: text(told.bgpV6Status) };
}

const values = ({ inputs = {}, outputs = {} }: Partial<NonNullable<Change["old"]>> = {}) => ({ ...inputs, ...outputs });

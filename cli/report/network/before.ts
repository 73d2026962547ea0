/** Builds the network before a run, from the live state or the last known state. */
import type { Link } from "../../../provider/api/wire.ts";
import { type AddressFamily, FAMILIES, FAMILY_FIELDS } from "../../../provider/domain/address-family.ts";
import { factsOf } from "../../../provider/domain/status.ts";
import type { Live } from "../live.ts";
import type { Change, Preview } from "../preview.ts";
import { type LinkState, linkOf, liveLinkOf, policiesOn, type Side, text } from "./link.ts";
import { listsOf, type References } from "./references.ts";

/** Builds the network before the run. If the live state was read, a link that it does not contain is gone. */
export function networkBefore({ changes }: Preview, live: Live | undefined, refs: References): Side {
  const links = new Map<string, LinkState>();
  const nameOf = (link: Link) => refs.managerOf(link.id)?.name ?? link.name;
  for (const link of live?.links ?? []) links.set(link.id, liveLinkOf(link, nameOf(link)));
  for (const change of changes) {
    const key = change.op === "create" && change.kind === "InterLink" ? refs.linkAfter(change) : undefined;
    const adopted = links.get(key ?? "");
    // An adopted link may already carry routes before the run.
    if (adopted) adopted.name = change.name;
  }
  const isUnread = (id: string) => live === undefined || live.unread?.includes(id);
  const lastKnown = (id: string | undefined, name: string, known: Record<string, unknown>): LinkState | undefined => {
    if (id === undefined || !isUnread(id)) return undefined;
    const link = links.get(id) ?? linkOf(id, name, known, refs.defaultRegion);
    links.set(id, link);
    return link;
  };
  for (const { kind, op, old, new: next, name } of changes) {
    const state = old ?? (op === "read" ? next : undefined);
    if (kind === "InterLink" && state) lastKnown(state.id ?? next?.id, name, known(state));
  }
  for (const change of changes) {
    if (change.kind !== "VpcAttachment" || change.old === undefined) continue;
    const state = known(change.old);
    const link = lastKnown(refs.linkBefore(change), change.name, { region: state.region });
    if (link === undefined) continue;
    copyStatus(link, state);
    // While a VPC move is deferred, `vpcId` in the state is the desired VPC, and `__attachedVpcId` the attached one.
    link.vpcId = text(state.attached === false ? state.__attachedVpcId : state.vpcId);
    // The engine shows a deferred step only after it has seen that the link is ready.
    if (takesDeferredStep(change) && !factsOf(link.status ?? "").provisioned) {
      Object.assign(link, { status: "active", bgpV4Status: undefined, bgpV6Status: undefined });
    }
  }
  for (const change of changes) {
    if (change.kind !== "RoutePropagation" || change.old === undefined) continue;
    const state = known(change.old);
    const link = lastKnown(refs.linkBefore(change), change.name, { region: state.region });
    if (link === undefined) continue;
    if (!takesDeferredStep(change)) copyStatus(link, state);
    link.enableRoutePropagation = state.enabled !== false;
    const attached = (state.__attachedPolicies ?? {}) as { [Family in AddressFamily]?: string };
    for (const family of FAMILIES) {
      const key = FAMILY_FIELDS[family].policy;
      link[key] = state.pendingReason === undefined ? text(state[key]) : attached[family];
    }
  }
  const ids = new Set([...links.values()].flatMap(policiesOn));
  for (const { kind, old } of changes) if (kind === "RoutingPolicy" && old?.id !== undefined) ids.add(old.id);
  for (const { id } of live?.policies ?? []) ids.add(id);
  const policies = [...ids].map((id) => {
    const old = refs.managerOf(id)?.old;
    return [id, { key: id, ...listsOf(refs.livePolicy(id) ?? (old && known(old))) }] as const;
  });
  return { links, policies: new Map(policies) };
}

/** Whether an update is a deferred step that can be applied now. */
export const takesDeferredStep = ({ op, old }: Change): boolean =>
  op === "update" && (old?.outputs.attached === false || old?.outputs.pendingReason !== undefined);

/** Copies status and sessions from the state of the resource. */
function copyStatus(link: LinkState, state: Record<string, unknown>): void {
  link.status = text(state.linkStatus) ?? link.status;
  link.bgpV4Status = text(state.bgpV4Status);
  link.bgpV6Status = text(state.bgpV6Status);
}

/** The known properties of a resource; outputs override inputs. */
const known = ({ inputs, outputs }: NonNullable<Change["old"]>): Record<string, unknown> => ({
  ...inputs,
  ...outputs,
});

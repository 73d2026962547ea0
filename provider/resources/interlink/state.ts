import type { Link } from "../../api/wire.ts";
import { userTags } from "../../domain/owner-tag.ts";
import { isConfigured } from "../../domain/readiness.ts";
import { nextStep, type PartnerContact } from "../../domain/status.ts";
import type { Context } from "../../run/context.ts";
import type { InterLinkInputs } from "./definition.ts";

/** The fields of a link under the names of the resource's outputs. */
export function fieldsOf(link: Link) {
  const { id: _, partner, self, tags, ...fields } = link;
  return {
    ...fields,
    tags: userTags(tags),
    kind: self ? ("selfHosted" as const) : ("hosted" as const),
    partnerId: partner?.partnerId,
    connectionId: self?.connectionId,
    peerAsn: link.peerBgpConfig?.asn,
    pairingKey: partner?.pairingKey,
    l3Connectivity: partner?.l3Connectivity,
    disapprovedReason: partner?.disapprovedReason || undefined,
  };
}

/** Inputs that are recorded as given, because the API has no such fields. */
type Directives = Pick<InterLinkInputs, "adoptId" | "adoptFrom" | "replaceLiveLink">;

/** The recorded state of a link: the API's fields, and values derived from them. */
export type InterLinkState = ReturnType<typeof fieldsOf> & {
  partner?: PartnerContact | undefined;
  nextStep: string;
  __nonce: string;
} & { [Key in keyof Directives]?: Directives[Key] | undefined };

/** The state of a link. */
export async function stateOf(
  context: Context,
  link: Link,
  { adoptId, adoptFrom, replaceLiveLink }: { [Key in keyof Directives]?: Directives[Key] | undefined },
  nonce: string,
): Promise<InterLinkState> {
  // The partner is only information for the user: failing to read it must not fail the order.
  const partner = await partnerOf(context, link).catch((error: Error) => {
    context.warnOnce(`The partners of ${link.region} could not be read: ${error.message}`);
    return undefined;
  });
  return {
    ...fieldsOf(link),
    partner,
    nextStep: nextStep({ ...link, isConfigured: isConfigured(link) }, partner),
    adoptId,
    adoptFrom,
    replaceLiveLink,
    __nonce: nonce,
  };
}

/** The partner that provisions a hosted link. Undefined for a self-hosted link, or if the partner is not listed. */
export async function partnerOf(context: Context, link: Link): Promise<PartnerContact | undefined> {
  const partners = link.partner ? await context.partners(link.region) : [];
  const partner = partners.find(({ id }) => id === link.partner?.partnerId);
  return partner && { name: partner.name, contactEmail: partner.contactEmail, portalUrl: partner.portalUrl };
}

/** The next step for a link, from a recorded state whose fields may have been updated with live values. */
export const nextStepOf = (state: InterLinkState): string =>
  nextStep(
    {
      ...state,
      isConfigured: isConfigured(state),
      partner: { disapprovedReason: state.disapprovedReason, l3Connectivity: state.l3Connectivity },
    },
    state.partner,
  );

import type { Link } from "../../api/wire.ts";
import { userTags } from "../../domain/owner-tag.ts";
import { nextStep, type PartnerContact } from "../../domain/status.ts";
import type { Context } from "../../run/context.ts";

/** What a program may say of a link, in plain values. */
export interface InterLinkInputs {
  popId: string;
  bandwidthMbps: number;
  partnerId?: string;
  connectionId?: string;
  peerAsn?: number;
  vlan?: number;
  name?: string;
  tags?: string[];
  region?: string;
  projectId?: string;
  adoptId?: string;
  replaceLiveLink?: boolean;
  __owner?: string;
}

/** What is known of a link that exists: the API's fields, and what follows from them. */
export interface InterLinkState extends Omit<Link, "id" | "partner" | "self"> {
  kind: "hosted" | "selfHosted";
  partnerId?: string | undefined;
  connectionId?: string | undefined;
  peerAsn?: number | undefined;
  pairingKey?: string | undefined;
  disapprovedReason?: string | undefined;
  partner?: PartnerContact | undefined;
  nextStep: string;
  adoptId?: string | undefined;
  replaceLiveLink?: boolean | undefined;
  __owner: string;
  __nonce: string;
  /** Inputs that the program left out: their values are not compared. */
  __leftOut: string[];
}

/** Inputs whose values the API, or create, chooses where the program leaves them out. */
const MAY_BE_LEFT_OUT = ["region", "projectId", "peerAsn", "vlan", "name", "tags"] as const;

/** Inputs, or a state that holds them: any may be missing. */
type Given = { [Key in keyof InterLinkInputs]?: InterLinkInputs[Key] | undefined };

/** The fields of a link as users know them. */
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
    disapprovedReason: partner?.disapprovedReason || undefined,
  };
}

/** The state of a link. `leftOut` is what an earlier state knows of it; a program's inputs tell it themselves. */
export async function stateOf(
  context: Context,
  link: Link,
  inputs: Given,
  nonce: string,
  leftOut: string[] = MAY_BE_LEFT_OUT.filter((key) => inputs[key] === undefined),
): Promise<InterLinkState> {
  // Who the partner is helps the user; a link is not half made for want of it.
  const partner = await partnerOf(context, link).catch((error: Error) => {
    context.warnOnce(`The partners of ${link.region} could not be read: ${error.message}`);
    return undefined;
  });
  return {
    ...fieldsOf(link),
    partner,
    nextStep: nextStep(link, partner),
    adoptId: inputs.adoptId,
    replaceLiveLink: inputs.replaceLiveLink,
    __owner: inputs.__owner ?? "",
    __nonce: nonce,
    __leftOut: leftOut,
  };
}

/** Who provisions a hosted link. */
export async function partnerOf(context: Context, link: Link): Promise<PartnerContact | undefined> {
  const partners = link.partner ? await context.partners(link.region) : [];
  const partner = partners.find(({ id }) => id === link.partner?.partnerId);
  return partner && { name: partner.name, contactEmail: partner.contactEmail, portalUrl: partner.portalUrl };
}

/** What is to be done now about a link that is known from state, by fields that may be live. */
export const nextStepOf = (state: InterLinkState): string =>
  nextStep(
    {
      status: state.status,
      bgpV4Status: state.bgpV4Status,
      bgpV6Status: state.bgpV6Status,
      createdAt: state.createdAt,
      enableRoutePropagation: state.enableRoutePropagation,
      partner: { disapprovedReason: state.disapprovedReason },
    },
    state.partner,
  );

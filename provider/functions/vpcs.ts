import * as z from "zod";
import { getVpc, listVpcs } from "../api/catalog.ts";
import { userTags } from "../domain/owner-tag.ts";
import * as input from "../resources/inputs.ts";
import { type LookupKind, matches, matchesOwned, type OwnedFilter, type OwnedFound, oneOrNone } from "./lookup-kind.ts";

/** Filter for VPCs. */
export interface VpcFilter extends OwnedFilter {
  /** Whether it is the default VPC of its project. */
  isDefault?: boolean;
}

/** A VPC. */
export interface VpcResult extends OwnedFound {
  /** A plain UUID: use it as `vpcId` of a VpcAttachment. */
  id: string;
  /** Whether it is the default VPC of its project. */
  isDefault: boolean;
  /** Whether its Private Networks can reach each other. */
  routingEnabled: boolean;
  /** Whether custom routes, including those of InterLinks, are propagated to its Private Networks. */
  customRoutesPropagationEnabled?: boolean | undefined;
  privateNetworkCount: number;
}

/** VPCs. */
export const vpcs: LookupKind<VpcFilter, VpcResult> = {
  one: "VPC",
  many: "VPCs",
  filter: z.strictObject({
    id: input.id,
    name: input.name,
    region: input.region,
    tags: input.tags,
    isDefault: input.flag,
    projectId: input.projectId,
  }),
  ids: ["id", "projectId"],
  async find(api, filter) {
    const { region, id, name, tags, isDefault, projectId } = filter;
    const query = { name, tags, is_default: isDefault, project_id: projectId };
    const found = id ? await oneOrNone(() => getVpc(api, { region, id })) : await listVpcs(api, region, query);
    return found
      .filter((vpc) => matchesOwned(filter, vpc) && matches(isDefault, vpc.isDefault))
      .map((vpc) => ({ ...vpc, region, tags: userTags(vpc.tags) }));
  },
};

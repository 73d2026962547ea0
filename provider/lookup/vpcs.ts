import { z } from "zod";
import { getVpc, listVpcs } from "../api/catalog.ts";
import type { Region } from "../config.ts";
import * as input from "../inputs.ts";
import { userTags } from "../owner.ts";
import { type Filter, type Found, hasTags, is, type Noun, oneOrNone } from "./noun.ts";

/** Which VPCs are meant. */
export interface VpcFilter extends Filter {
  /** Exactly this name. */
  name?: string;
  /** All of these tags. */
  tags?: string[];
  /** Whether it is the default VPC of its project. */
  isDefault?: boolean;
  /** Default: any project that the API key may read. */
  projectId?: string;
}

/** A VPC. */
export interface VpcResult extends Found {
  /** A plain UUID: what `vpcId` of a VpcAttachment takes. */
  id: string;
  name: string;
  region: Region;
  projectId: string;
  organizationId: string;
  tags: string[];
  /** Whether it is the default VPC of its project. */
  isDefault: boolean;
  /** Whether its Private Networks reach each other. */
  routingEnabled: boolean;
  /** Whether custom routes, those of InterLinks among them, reach its Private Networks. */
  customRoutesPropagationEnabled?: boolean | undefined;
  privateNetworkCount: number;
  /** RFC 3339, UTC. */
  createdAt?: string | undefined;
  /** RFC 3339, UTC. */
  updatedAt?: string | undefined;
}

/** VPCs. */
export const vpcs: Noun<VpcFilter, VpcResult> = {
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
  async find(api, { region, id, name, tags, isDefault, projectId }) {
    const query = { name, tags, is_default: isDefault, project_id: projectId };
    const found = id ? await oneOrNone(() => getVpc(api, { region, id })) : await listVpcs(api, region, query);
    return found
      .filter(
        (vpc) =>
          is(name, vpc.name) && hasTags(tags, vpc.tags) && is(isDefault, vpc.isDefault) && is(projectId, vpc.projectId),
      )
      .map((vpc) => ({ ...vpc, region, tags: userTags(vpc.tags) }));
  },
};

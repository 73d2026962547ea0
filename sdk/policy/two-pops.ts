import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { wildcard } from "../../provider/domain/wildcard.ts";
import { ofKind } from "./kind.ts";

/** Configuration of `interlink-two-pops`. */
interface TwoPopsConfig {
  /** Names of the stacks that it holds for; `*` stands for any text. */
  stacks?: string[];
  /** PoPs that each VPC has to be carried at. */
  minimumPops?: number;
}

const STACKS = ["prod", "production", "prod-*", "production-*", "*-prod", "*-production"];
const MINIMUM = 2;

/** Each VPC of a production stack has links at two PoPs, so that the loss of one leaves it a way. */
export const twoPops: StackValidationPolicy = {
  name: "interlink-two-pops",
  displayName: "InterLinks at two PoPs",
  description: "In production, the links of each VPC are at two PoPs or more.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      stacks: {
        type: "array",
        items: { type: "string" },
        default: STACKS,
        description: "Names of the stacks that it holds for; * stands for any text.",
      },
      minimumPops: { type: "integer", minimum: 1, default: MINIMUM, description: "PoPs that each VPC is carried at." },
    },
  },
  validateStack({ resources, getConfig }, report) {
    const { stacks = STACKS, minimumPops = MINIMUM } = getConfig<TwoPopsConfig>();
    for (const [vpc, attachments] of Map.groupBy(ofKind(resources, "VpcAttachment"), vpcOf)) {
      const [first] = attachments.toSorted((a, b) => (a.urn < b.urn ? -1 : 1));
      const stack = first?.urn.split(":")[2] ?? "";
      if (!stacks.some((pattern) => wildcard(pattern).test(stack))) return;
      // A link of another stack, or a PoP that a preview does not know yet, may be one more.
      const pops = new Set(attachments.map((attachment) => popOf(attachment) ?? attachment.urn));
      if (pops.size >= minimumPops) continue;
      const names = attachments
        .map(({ name }) => name)
        .toSorted()
        .join(", ");
      report(
        `VPC ${vpc} is carried at ${pops.size === 1 ? "one PoP" : `${pops.size} PoPs`} only (${names}), and stack ${stack} needs ` +
          `${minimumPops}: add a link at another PoP, such as with RedundantInterLink.`,
        first?.urn,
      );
    }
  },
};

/** The VPC of an attachment: its id, else the resources that the id comes from, where a preview does not know it yet. */
function vpcOf({ props, propertyDependencies }: PolicyResource): string {
  const id = known(() => props.vpcId);
  if (id !== undefined) return plainId(id);
  return (propertyDependencies.vpcId ?? []).map(({ name }) => name).join(", ") || "that is not known yet";
}

/** The PoP of the link that an attachment is on; undefined where it is not known here. */
function popOf({ propertyDependencies }: PolicyResource): string | undefined {
  const [link] = ofKind(propertyDependencies.linkId, "InterLink");
  const id = link && known(() => link.props.popId);
  return id && plainId(id);
}

/** Reading what a preview does not know yet throws; a missing text is not known either. */
function known(read: () => unknown): string | undefined {
  try {
    const value = read();
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A regional id (`fr-par/UUID`) and a plain one may name the same thing. */
const plainId = (id: string): string => id.replace(/^.*\//, "").toLowerCase();

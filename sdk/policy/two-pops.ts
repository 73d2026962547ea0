import type { PolicyResource, StackValidationPolicy } from "@pulumi/policy";
import { wildcard } from "../../provider/domain/wildcard.ts";
import { ofKind } from "./kind.ts";

/** Configuration of `interlink-two-pops`. */
interface TwoPopsConfig {
  /** Names of the stacks that it applies to; `*` matches any text. */
  stacks?: string[];
  /** Minimum number of PoPs per VPC. */
  minimumPops?: number;
}

const STACKS = ["prod", "production", "prod-*", "production-*", "*-prod", "*-production"];
const MINIMUM = 2;

/** Each VPC of a production stack has links at two PoPs, so that it stays connected if one PoP fails. */
export const twoPops: StackValidationPolicy = {
  name: "interlink-two-pops",
  displayName: "InterLinks at two PoPs",
  description: "In production, the links of each VPC are at two or more PoPs.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      stacks: {
        type: "array",
        items: { type: "string" },
        default: STACKS,
        description: "Names of the stacks that it applies to; * matches any text.",
      },
      minimumPops: { type: "integer", minimum: 1, default: MINIMUM, description: "Minimum number of PoPs per VPC." },
    },
  },
  validateStack({ resources, getConfig }, report) {
    const { stacks = STACKS, minimumPops = MINIMUM } = getConfig<TwoPopsConfig>();
    for (const [vpc, attachments] of Map.groupBy(ofKind(resources, "VpcAttachment"), vpcOf)) {
      const [first] = attachments.toSorted((a, b) => (a.urn < b.urn ? -1 : 1));
      const stack = first?.urn.split(":")[2] ?? "";
      if (!stacks.some((pattern) => wildcard(pattern).test(stack))) return;
      // A PoP that is not known (a link of another stack, or a preview) may be another one: it counts.
      const pops = new Set(attachments.map((attachment) => popOf(attachment) ?? attachment.urn));
      if (pops.size >= minimumPops) continue;
      const names = attachments
        .map(({ name }) => name)
        .toSorted()
        .join(", ");
      report(
        `VPC ${vpc} has links at only ${pops.size === 1 ? "one PoP" : `${pops.size} PoPs`} (${names}), and stack ${stack} needs ` +
          `${minimumPops}. Add a link at another PoP, for example with RedundantInterLink.`,
        first?.urn,
      );
    }
  },
};

/**
 * The VPC of an attachment: its id or, in a preview that does not know the id yet, the resources that it comes from.
 */
function vpcOf({ props, propertyDependencies }: PolicyResource): string {
  const id = known(() => props.vpcId);
  if (id !== undefined) return plainId(id);
  return (propertyDependencies.vpcId ?? []).map(({ name }) => name).join(", ") || "that is not known yet";
}

/** The PoP of an attachment's link; undefined if it is not known here. */
function popOf({ propertyDependencies }: PolicyResource): string | undefined {
  const [link] = ofKind(propertyDependencies.linkId, "InterLink");
  const id = link && known(() => link.props.popId);
  return id && plainId(id);
}

/** `undefined` if the value is missing. Reading a value that a preview does not know yet throws. */
function known(read: () => unknown): string | undefined {
  try {
    const value = read();
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A regional id (`fr-par/UUID`) and a plain id may name the same object. */
const plainId = (id: string): string => id.replace(/^.*\//, "").toLowerCase();

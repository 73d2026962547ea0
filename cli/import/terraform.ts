/**
 * The InterLinks of a Terraform or OpenTofu state. Resource and attribute names are those of Scaleway's provider, August
 * 2026: `scaleway_interlink_link`, `scaleway_interlink_routing_policy`, both with regional ids.
 */
import * as z from "zod";
import { type Document, refuseDocument } from "./document.ts";
import type { RecordedNetwork, RecordedObject } from "./found.ts";
import { isExportedStack } from "./pulumiverse.ts";
import { regionalId } from "./regional-id.ts";

/** The format of all states since Terraform 0.12, and of OpenTofu. */
const STATE_VERSION = 4;

const KINDS: Record<string, RecordedObject["kind"]> = {
  scaleway_interlink_link: "InterLink",
  scaleway_interlink_routing_policy: "RoutingPolicy",
};

const stateSchema = z.looseObject({
  version: z.literal(STATE_VERSION),
  resources: z.array(
    z.looseObject({
      module: z.string().optional(),
      mode: z.string(),
      type: z.string(),
      name: z.string(),
      instances: z.array(
        z.looseObject({
          index_key: z.union([z.string(), z.number()]).optional(),
          deposed: z.string().optional(),
          attributes: z.looseObject({ id: z.string(), region: z.string().optional() }).optional(),
        }),
      ),
    }),
  ),
});

/**
 * Finds the links and policies that a state manages. Data sources are not managed.
 * @throws UserError where the document is not such a state
 */
export function terraformNetwork(document: Document): RecordedNetwork {
  const { content } = document;
  const pull =
    "write it with `terraform state pull` (or `tofu state pull`), and give that file, or - for standard input.";
  if (isExportedStack(content)) {
    refuseDocument(document, "it is an exported Pulumi stack", "give it with --pulumiverse.");
  }
  if ("encrypted_data" in content) refuseDocument(document, "the state is encrypted", pull);
  if ("format_version" in content) {
    refuseDocument(document, "it is the output of `terraform show -json`, or a plan, and not a state", pull);
  }
  if (typeof content.version === "number" && content.version !== STATE_VERSION) {
    const newer = content.version > STATE_VERSION;
    refuseDocument(
      document,
      `it is a state of version ${content.version}; this command reads version ${STATE_VERSION}`,
      newer
        ? "use a newer pulumi-scaleway-interlink."
        : "run `terraform apply -refresh-only` with Terraform 1.0 or later.",
    );
  }
  const parsed = stateSchema.safeParse(content);
  if (!parsed.success) return refuseDocument(document, "it is not a Terraform state", pull);

  const notes: string[] = [];
  const objects = parsed.data.resources.flatMap(({ module, mode, type, name, instances }) => {
    const kind = mode === "managed" ? KINDS[type] : undefined;
    if (kind === undefined) return [];
    return instances.flatMap(({ index_key: key, deposed, attributes }): RecordedObject[] => {
      const index = key === undefined ? "" : `[${JSON.stringify(key)}]`;
      const address = `${module === undefined ? "" : `${module}.`}${type}.${name}${index}`;
      if (deposed !== undefined) {
        notes.push(`${address} has a deposed object, which Terraform still has to delete: it is not imported.`);
        return [];
      }
      const place = attributes && regionalId(attributes.id, attributes.region);
      if (place === undefined) {
        return refuseDocument(document, `${address} has no id that can be read`, "check that the state is complete.");
      }
      return [{ kind, ...place, address }];
    });
  });
  return { tool: "Terraform", objects, notes };
}

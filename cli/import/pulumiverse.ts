/**
 * The InterLinks of a stack of `@pulumiverse/scaleway`, as `pulumi stack export` writes it. Type tokens are those of its
 * SDK for Node.js, August 2026; its ids are regional.
 */
import * as z from "zod";
import { type Document, refuseDocument } from "./document.ts";
import type { RecordedNetwork, RecordedObject } from "./found.ts";
import { regionalId } from "./regional-id.ts";

const KINDS: Record<string, RecordedObject["kind"]> = {
  "scaleway:interlink/link:Link": "InterLink",
  "scaleway:interlink/routingPolicy:RoutingPolicy": "RoutingPolicy",
};

/** The export formats since Pulumi 1.0. Version 4 adds only features that are irrelevant here. */
const VERSIONS = [3, 4];

const exportSchema = z.looseObject({
  deployment: z.looseObject({
    resources: z
      .array(
        z.looseObject({
          urn: z.string(),
          type: z.string(),
          id: z.string().optional(),
          delete: z.boolean().optional(),
          external: z.boolean().optional(),
          outputs: z.looseObject({ region: z.unknown() }).optional(),
        }),
      )
      .default([]),
  }),
});

/** Whether a JSON document is the output of `pulumi stack export`. */
export const isExportedStack = (content: object): boolean => "deployment" in content;

/**
 * Finds the links and policies that a stack manages. Resources that it only reads (`get`) are not managed.
 * @throws UserError if the document is not an exported stack
 */
export function pulumiverseNetwork(document: Document): RecordedNetwork {
  const { content } = document;
  const remedy = "export it with `pulumi stack export`, and give that file, or - for standard input.";
  if ("terraform_version" in content) refuseDocument(document, "it is a Terraform state", "give it with --terraform.");
  if (!isExportedStack(content)) refuseDocument(document, "it is not an exported Pulumi stack", remedy);
  if (!VERSIONS.includes(Number(content.version))) {
    refuseDocument(
      document,
      `it is an export of version ${content.version}; this command reads versions 3 and 4`,
      remedy,
    );
  }
  const parsed = exportSchema.safeParse(content);
  if (!parsed.success) return refuseDocument(document, "its resources cannot be read", remedy);

  const notes: string[] = [];
  const objects = parsed.data.deployment.resources.flatMap((resource): RecordedObject[] => {
    const { urn, type, id, external, outputs } = resource;
    const kind = KINDS[type];
    if (kind === undefined || external) return [];
    if (resource.delete) {
      notes.push(`${urn} is not imported: that stack is about to delete it.`);
      return [];
    }
    const region = typeof outputs?.region === "string" ? outputs.region : undefined;
    const place = regionalId(id ?? "", region);
    if (place === undefined) {
      return refuseDocument(document, `${urn} has no valid id`, "check that the export is complete.");
    }
    return [{ kind, ...place, address: urn }];
  });
  return { tool: "@pulumiverse/scaleway", objects, notes };
}

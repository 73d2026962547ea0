/** The output of an import: what it wrote, and the next steps. */
import type { RecordedNetwork, RecordedObject } from "./found.ts";
import type { LiveResource, PlannedResource } from "./plan.ts";
import { type Files, IMPORT_FILE, type Language } from "./project.ts";

/** The result of an import. */
export interface Written {
  folder: string;
  files: Files;
  language: Language;
  resources: readonly PlannedResource[];
  recorded?: RecordedNetwork;
}

/** Lists the written files and resources, and the next steps in order. */
export function nextSteps({ folder, files, language, resources, recorded }: Written): string {
  const declared = resources.filter(({ parent }) => parent === undefined);
  const lines = declared.map((resource) => `  ${resource.kind} "${resource.name}"${contentOf(resource, resources)}`);
  const isAdopted = resources.some((one) => "owner" in one && one.owner !== undefined);
  const install =
    language === "typescript" ? "npm install" : "npm install --global pulumi-scaleway-interlink    # the plugin";
  return [
    `Wrote ${Object.keys(files).join(", ")} to ${folder}:`,
    ...lines,
    "",
    "No change was made at Scaleway or in any stack yet. Next steps (credentials: SCW_SECRET_KEY, or the stack's",
    "configuration):",
    `  cd ${quoted(folder)}`,
    `  ${install}`,
    "  pulumi stack init production",
    `  pulumi import --file ${IMPORT_FILE} --generate-code=false`,
    `  pulumi preview         # ${isAdopted ? "only the owner tags change" : "no changes"}: check it before \`pulumi up\``,
    `  rm ${IMPORT_FILE}         # no longer needed`,
    ...(recorded === undefined ? [] : ["", ...forget(recorded, resources)]),
  ].join("\n");
}

/** The live objects of a resource of the program. */
function contentOf(resource: PlannedResource, resources: readonly PlannedResource[]): string {
  const live: LiveResource[] = resources.flatMap((one) =>
    "live" in one && (one === resource || one.parent === resource.name) ? [one] : [],
  );
  const objects = live.filter(({ kind }) => kind === "InterLink" || kind === "RoutingPolicy");
  return objects.length === 0 ? "" : `: ${objects.map(({ live }) => `${live.name} (${live.id})`).join(", ")}`;
}

/** Commands that remove the imported objects from the other tool's state. Links first, because they may depend on a policy. */
function forget({ tool, objects }: RecordedNetwork, resources: readonly PlannedResource[]): string[] {
  const isImported = ({ id, kind }: RecordedObject) =>
    resources.some((one) => "live" in one && one.kind === kind && one.live.id === id);
  const addresses = objects
    .filter(isImported)
    .toSorted((a, b) => a.kind.localeCompare(b.kind))
    .map(({ address }) => quoted(address));
  if (tool === "Terraform") {
    return [
      "Then remove the objects from the Terraform state, and delete their blocks from the code before the next apply.",
      "Otherwise Terraform would order the links again:",
      `  terraform state rm ${addresses.join(" ")}`,
    ];
  }
  return [
    "Then remove the objects from the other stack's state (--force for protected ones), and delete them from its program",
    "before its next `pulumi up`. Otherwise that stack would order the links again:",
    ...addresses.map((urn) => `  pulumi state delete ${urn} --yes`),
  ];
}

/** Quotes a word for a shell. */
const quoted = (word: string): string => (/^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** What an import tells its user in the end. */
import type { RecordedNetwork, RecordedObject } from "./found.ts";
import type { LiveResource, PlannedResource } from "./plan.ts";
import { type Files, IMPORT_FILE, type Language } from "./project.ts";

/** What has been written. */
export interface Written {
  folder: string;
  files: Files;
  language: Language;
  resources: readonly PlannedResource[];
  recorded?: RecordedNetwork;
}

/** What was written, and what has to be done next, in order. */
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
    "Nothing is changed at Scaleway or in any stack yet. What to do next (credentials: SCW_SECRET_KEY, or the stack's",
    "configuration):",
    `  cd ${quoted(folder)}`,
    `  ${install}`,
    "  pulumi stack init production",
    `  pulumi import --file ${IMPORT_FILE} --generate-code=false`,
    `  pulumi preview         # ${isAdopted ? "the owner tags are written, and nothing else changes" : "no changes"}: check it before \`pulumi up\``,
    `  rm ${IMPORT_FILE}         # it has been used`,
    ...(recorded === undefined ? [] : ["", ...forget(recorded, resources)]),
  ].join("\n");
}

/** Which live objects a resource of the program stands for. */
function contentOf(resource: PlannedResource, resources: readonly PlannedResource[]): string {
  const live: LiveResource[] = resources.flatMap((one) =>
    "live" in one && (one === resource || one.parent === resource.name) ? [one] : [],
  );
  const objects = live.filter(({ kind }) => kind === "InterLink" || kind === "RoutingPolicy");
  return objects.length === 0 ? "" : `: ${objects.map(({ live }) => `${live.name} (${live.id})`).join(", ")}`;
}

/** How the other tool forgets what is imported, links first: a policy may be depended on. */
function forget({ tool, objects }: RecordedNetwork, resources: readonly PlannedResource[]): string[] {
  const isImported = ({ id, kind }: RecordedObject) =>
    resources.some((one) => "live" in one && one.kind === kind && one.live.id === id);
  const addresses = objects
    .filter(isImported)
    .toSorted((a, b) => a.kind.localeCompare(b.kind))
    .map(({ address }) => quoted(address));
  if (tool === "Terraform") {
    return [
      "Then let Terraform forget them, and delete their blocks from its code before its next apply, which would otherwise",
      "order the links again:",
      `  terraform state rm ${addresses.join(" ")}`,
    ];
  }
  return [
    "Then let the other stack forget them (--force for what is protected), and delete them from its program before its",
    "next `pulumi up`, which would otherwise order the links again:",
    ...addresses.map((urn) => `  pulumi state delete ${urn} --yes`),
  ];
}

/** A word as a shell takes it. */
const quoted = (word: string): string => (/^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** Generates the reference, one page per resource and data source, from the public API and the definitions. */
import type { Definition, InputProperty } from "../provider/domain/definition.ts";
import { handlers } from "../provider/resources/index.ts";
import { type Doc, declarations, type Member } from "./reference/source.ts";

/** The component is first, because most programs need nothing else. */
const RESOURCES = ["RedundantInterLink", "InterLink", "VpcAttachment", "RoutingPolicy", "RoutePropagation"] as const;

/** The functions of each data source, their filter and their result. */
const DATA_SOURCES = {
  "get-pop": { names: ["getPop", "getPops"], filter: "PopFilter", result: "PopResult" },
  "get-partner": { names: ["getPartner", "getPartners"], filter: "PartnerFilter", result: "PartnerResult" },
  "get-dedicated-connection": {
    names: ["getDedicatedConnection", "getDedicatedConnections"],
    filter: "DedicatedConnectionFilter",
    result: "DedicatedConnectionResult",
  },
  "get-interlink": { names: ["getInterLink", "getInterLinks"], filter: "InterLinkFilter", result: "InterLinkResult" },
  "get-routing-policy": {
    names: ["getRoutingPolicy", "getRoutingPolicies"],
    filter: "RoutingPolicyFilter",
    result: "RoutingPolicyResult",
  },
  "get-vpc": { names: ["getVpc", "getVpcs"], filter: "VpcFilter", result: "VpcResult" },
  "get-routes": { names: ["getRoutes"], filter: "VpcPlace", result: "RouteResult" },
  "get-vpc-prefixes": { names: ["getVpcPrefixes"], filter: "VpcPlace", result: "VpcPrefixesResult" },
} as const;

const MADE =
  "<!-- Generated from the doc comments and definitions: npx vitest run --project unit tools/reference -u -->";

/** All pages of the reference, by their paths under `docs/`. */
export function referencePages(): Map<string, string> {
  const declared = declarations();
  const pages = new Map<string, string>();
  const index = new Map<string, string>();
  const add = (path: string, title: string, doc: Doc, rest: string[]) => {
    index.set(path, `| [${title}](${path}) | ${cell(firstSentence(doc.text))} |`);
    pages.set(path, `${[MADE, `# ${title}`, doc.text, ...rest].join("\n\n")}\n`);
  };

  for (const kind of RESOURCES) {
    const { doc, members } = declared(kind);
    const inputs = declared(`${kind}Args`).members;
    const definition = kind === "RedundantInterLink" ? undefined : handlers[kind].definition;
    add(`resources/${fileOf(kind)}.md`, kind, doc, [
      ...examplesOf([doc]),
      "## Inputs",
      definition ? definedInputs(inputs, definition) : plainTable("input", inputs),
      ...(definition ? ["Every input is also an output, with the value that was given or chosen."] : []),
      "## Outputs",
      definition ? definedOutputs(members, definition) : plainTable("output", members),
    ]);
  }
  const resources = [...index.values()];

  for (const [file, { names, filter, result }] of Object.entries(DATA_SOURCES)) {
    const docs = names.map((name) => declared(name).doc);
    const [one, all] = names;
    add(`resources/${file}.md`, one, docs[0] as Doc, [
      ...(all ? [`\`${all}\`: ${firstLower(docs[1]?.text ?? "")}`] : []),
      `${names.map((name) => `\`${name}Output\``).join(" and ")} take${names.length > 1 ? "" : "s"} Outputs in the filter and return${names.length > 1 ? "" : "s"} an Output.`,
      ...examplesOf(docs),
      "## Filter",
      filter === "VpcPlace"
        ? "Both say which VPC is meant."
        : "All properties that are given must match. `id` and `…Id` take a UUID or a regional id.",
      plainTable("property", declared(filter).members),
      "## Result",
      plainTable("result", declared(result).members),
    ]);
  }
  const dataSources = [...index.values()].slice(resources.length);
  pages.set(
    "resources.md",
    [
      MADE,
      "# Resources and data sources",
      "A program that needs two links uses `RedundantInterLink` alone. It is made of the four resources below it, which can also be used one by one.",
      ["| resource | |", "| --- | --- |", ...resources].join("\n"),
      "Data sources find what exists. They call the API in previews too; equal calls of one run share a request.",
      ["| data source | |", "| --- | --- |", ...dataSources].join("\n"),
      "The router's side (`routerConfig`, `CustomerRouter`) has [a page of its own](router.md).\n",
    ].join("\n\n"),
  );
  return pages;
}

/** File name of a class, in which `InterLink` is one word. */
const fileOf = (kind: string) =>
  kind
    .replace("InterLink", "Interlink")
    .replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase();

const examplesOf = (docs: readonly Doc[]): string[] => {
  const examples = docs.flatMap((doc) => doc.examples);
  return examples.length > 0 ? ["## Example", ...examples] : [];
};

function definedInputs(members: readonly Member[], { inputs }: Definition): string {
  return table(
    ["input", ""],
    members.map((member) => {
      const property = inputs[member.name] as InputProperty;
      return [named(member, boundsOf(property)), `${member.doc}<br>*${omitted(property)} ${change(property)}*`];
    }),
  );
}

function definedOutputs(members: readonly Member[], { outputs }: Definition): string {
  return table(
    ["output", ""],
    members
      .filter(({ name }) => name in outputs)
      .map((member) => [named(member, outputs[member.name]?.secret ? ", secret" : ""), member.doc]),
  );
}

function plainTable(head: string, members: readonly Member[]): string {
  const required = members.filter(({ optional }) => !optional).length;
  // If all members are required, or none, the table does not mention it.
  const mixed = required > 0 && required < members.length && (head === "input" || head === "property");
  return table(
    [head, ""],
    members.map((member) => [named(member, mixed && !member.optional ? ", required" : ""), member.doc]),
  );
}

/** The first cell of a property: its name with its type below, so that the description has room on a telephone. */
const named = ({ name, type }: Member, more: string): string => `\`${name}\`<br>\`${type}\`${more}`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.map(cell).join(" | ")} |`).join("\n");

/** Escapes text for a cell of a table. */
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ");

const firstSentence = (text: string): string => /^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text;

const firstLower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function boundsOf(property: InputProperty): string {
  if (property.type !== "integer") return "";
  return `, ${property.min} to ${property.max}${property.unit ? ` ${property.unit}` : ""}`;
}

function omitted({ required, default: value }: InputProperty): string {
  if (required) return "Required.";
  return value === undefined ? "Optional." : `Optional, default ${value}.`;
}

const change = ({ replaces, directive }: InputProperty): string =>
  directive ? "A change has no effect by itself." : replaces ? "A change replaces it." : "Changes in place.";

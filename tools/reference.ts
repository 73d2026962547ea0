/** The reference of the resources: made of their public faces in `sdk/` (types, doc comments) and their definitions. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import type { Definition, InputProperty } from "../provider/domain/definition.ts";
import { handlers } from "../provider/resources/index.ts";
import { repoRoot } from "./pulumi-cli.ts";

/** The file of each kind's public face. */
const FACES = {
  InterLink: "interlink",
  VpcAttachment: "vpc-attachment",
  RoutingPolicy: "routing-policy",
  RoutePropagation: "route-propagation",
} as const satisfies Record<keyof typeof handlers, string>;

/** A property of a public face. */
interface Member {
  name: string;
  type: string;
  /** Its doc comment, on one line. */
  doc: string;
}

/** The reference as Markdown. */
export async function reference(): Promise<string> {
  const kinds = Object.keys(FACES) as (keyof typeof FACES)[];
  const sections = await Promise.all(kinds.map((kind) => section(handlers[kind].definition, FACES[kind])));
  return [
    "# Resources",
    "Made from the doc comments in `sdk/` and the definitions in `provider/resources/`: `npx vitest run --project unit",
    "tools/reference -u` makes it again. Every input is an output too, with the value that was given or chosen.",
    "",
    ...sections,
  ].join("\n");
}

async function section({ kind, inputs, outputs }: Definition, file: string): Promise<string> {
  const text = await readFile(join(repoRoot, "sdk", `${file}.ts`), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const args = source.statements.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === `${kind}Args`);
  const face = source.statements.find((node) => ts.isClassDeclaration(node) && node.name?.text === kind);
  if (!args || !ts.isInterfaceDeclaration(args) || !face || !ts.isClassDeclaration(face)) {
    throw new Error(`sdk/${file}.ts has no ${kind} and ${kind}Args`);
  }
  const given = members(args.members);
  const listed = members(face.members).filter(({ name }) => name in outputs);
  return [
    `## ${kind}`,
    docOf(face),
    "",
    "| input | type | left out | a change | |",
    "| --- | --- | --- | --- | --- |",
    ...given.map(({ name, type, doc }) => {
      const property = inputs[name] as InputProperty;
      return row([`\`${name}\``, `\`${type}\`${boundsOf(property)}`, leftOut(property), change(property), doc]);
    }),
    "",
    "| output | type | |",
    "| --- | --- | --- |",
    ...listed.map(({ name, type, doc }) =>
      row([`\`${name}\``, `\`${type}\`${outputs[name]?.secret ? ", secret" : ""}`, doc]),
    ),
    "",
  ].join("\n");
}

const row = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

const members = (nodes: ts.NodeArray<ts.TypeElement | ts.ClassElement>): Member[] =>
  nodes.flatMap((node) => {
    if (!ts.isPropertySignature(node) && !ts.isPropertyDeclaration(node)) return [];
    return [{ name: node.name.getText(), type: plain(node.type?.getText() ?? ""), doc: docOf(node) }];
  });

/** A type without Pulumi's wrappers: `string[]` for `pulumi.Input<pulumi.Input<string>[]>`. */
function plain(type: string): string {
  const inner = /^pulumi\.(?:Input|Output)<(.*)>$/s.exec(type)?.[1];
  if (inner !== undefined) return plain(inner);
  return type.replaceAll(/pulumi\.Input<([^<>]*)>/g, "$1").replace(/ \| undefined$/, "");
}

/** A doc comment's text on one line, without its tags. */
function docOf(node: ts.Node): string {
  const [comment] = ts.getJSDocCommentsAndTags(node);
  const text = comment && ts.isJSDoc(comment) ? (ts.getTextOfJSDocComment(comment.comment) ?? "") : "";
  return text
    .replaceAll(/\{@link (\w+)\}/g, "$1")
    .replaceAll(/\s+/g, " ")
    .trim();
}

function boundsOf(property: InputProperty): string {
  if (property.type !== "integer") return "";
  return `, ${property.min} to ${property.max}${property.unit ? ` ${property.unit}` : ""}`;
}

function leftOut({ required, default: value, chosen }: InputProperty): string {
  if (required) return "required";
  if (value !== undefined) return `\`${value}\``;
  return chosen === undefined ? "–" : "chosen, then kept";
}

const change = ({ replaces, directive }: InputProperty): string =>
  directive ? "makes no difference" : replaces ? "replaces" : "in place";

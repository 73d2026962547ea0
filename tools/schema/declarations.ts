/** Finds declarations of the public API by name, and their doc comments. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { repoRoot } from "../pulumi-cli.ts";

/** Files that declare the public API and the types in it. */
const SOURCES = ["sdk/**/*.ts", "provider/**/*.ts"];

/** Declarations that can be found by name. */
export type Declaration =
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration
  | ts.ClassDeclaration
  | ts.FunctionDeclaration
  | ts.VariableDeclaration;

/** A property of an interface or class. */
export interface Member {
  name: string;
  /** Its type as written in the source. */
  type: ts.TypeNode;
  optional: boolean;
  /** Its doc comment as Markdown. */
  doc: string;
}

/** The declarations of a set of files. */
export class Declarations {
  readonly #found = new Map<string, Declaration[]>();

  /** Reads `sdk/`, `provider/` and the given files. */
  constructor(files: readonly string[] = []) {
    const own = globSync(SOURCES, { cwd: repoRoot }).filter((file) => !file.endsWith(".test.ts"));
    for (const file of [...own, ...files]) {
      const text = readFileSync(join(repoRoot, file), "utf8");
      this.#read(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
    }
  }

  #read(node: ts.Node): void {
    ts.forEachChild(node, (child) => {
      const named =
        ts.isInterfaceDeclaration(child) ||
        ts.isTypeAliasDeclaration(child) ||
        ts.isClassDeclaration(child) ||
        ts.isFunctionDeclaration(child) ||
        ts.isVariableDeclaration(child);
      if (named && child.name && ts.isIdentifier(child.name)) {
        const name = child.name.text;
        this.#found.set(name, [...(this.#found.get(name) ?? []), child]);
      } else if (!ts.isFunctionLike(child)) this.#read(child);
    });
  }

  /** The declaration of this kind with this name. Throws if there is none or more than one. */
  one<D extends Declaration>(name: string, isKind: (node: ts.Node) => node is D): D {
    const found = (this.#found.get(name) ?? []).filter(isKind);
    const [first] = found;
    if (first === undefined || found.length > 1) {
      throw new Error(`${name} is declared ${found.length} times: ${found.map((one) => one.getSourceFile().fileName)}`);
    }
    return first;
  }

  /** The interface, type alias or class with this name. A class is a resource. */
  type(name: string): ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassDeclaration {
    const isClass = this.#found.get(name)?.some(ts.isClassDeclaration);
    return this.one(name, (node): node is ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassDeclaration =>
      isClass ? ts.isClassDeclaration(node) : ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node),
    );
  }

  /** The properties of an interface, inherited ones first. A property that is declared again keeps its place. */
  membersOf(face: ts.InterfaceDeclaration): Member[] {
    const inherited = (face.heritageClauses ?? [])
      .flatMap(({ types }) => [...types])
      .flatMap(({ expression }) => this.membersOf(this.one(expression.getText(), ts.isInterfaceDeclaration)));
    const all = new Map(inherited.map((member) => [member.name, member]));
    for (const member of members(face.members)) {
      const doc = member.doc || (all.get(member.name)?.doc ?? "");
      all.set(member.name, { ...member, doc });
    }
    return [...all.values()];
  }
}

/** The public properties of an interface, a class or a type literal. */
export const members = (nodes: ts.NodeArray<ts.TypeElement | ts.ClassElement>): Member[] =>
  nodes.flatMap((node) => {
    const isProperty = ts.isPropertySignature(node) || ts.isPropertyDeclaration(node);
    if (!isProperty || !node.type) return [];
    if (ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword))
      return [];
    return [
      { name: node.name.getText(), type: node.type, optional: node.questionToken !== undefined, doc: docOf(node) },
    ];
  });

/**
 * A doc comment as Markdown for every language: links become names, example values become sentences, and TypeScript code
 * gets the markers with which Pulumi's generators omit it from other languages.
 */
export function docOf(node: ts.Node): string {
  const comment = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc);
  if (comment === undefined) return "";
  const { comment: text, tags = [] } = comment;
  const parts = [paragraphs(textOf(text))];
  const examples: string[] = [];
  for (const { tagName, comment } of tags) {
    const tagText = textOf(comment);
    if (tagName.text === "throws") parts.push(`Refused ${paragraphs(tagText)}`);
    else if (tagName.text !== "example") continue;
    else if (tagText.startsWith("```ts\n")) examples.push(tagText.replace("```ts\n", "```typescript\n"));
    else parts.push(`Example: \`${tagText}\`.`);
  }
  if (examples.length > 0) {
    const shown = examples.map((code) => `{{% example %}}\n## Example Usage\n\n${code}\n{{% /example %}}`);
    parts.push(["{{% examples %}}", ...shown, "{{% /examples %}}"].join("\n"));
  }
  return parts.filter(Boolean).join("\n\n");
}

const textOf = (comment: ts.JSDoc["comment"]): string =>
  (ts.getTextOfJSDocComment(comment) ?? "")
    .replaceAll(/\{@link ([\w.]+)\}/g, "`$1`")
    // The engine passes only the plugin's own configuration namespace to it.
    .replaceAll(/`scaleway:(?=[a-z])/g, "`scaleway-interlink:");

/** Joins the lines of a paragraph; keeps blank lines and lists. */
const paragraphs = (text: string): string => text.trim().replaceAll(/(?<!\n)\n(?!\n|- )/g, " ");

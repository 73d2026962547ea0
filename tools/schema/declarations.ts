/** The declarations of the public faces, by their names, and what their doc comments say. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { repoRoot } from "../pulumi-cli.ts";

/** Where the faces and the types that they name are declared. */
const SOURCES = ["sdk/**/*.ts", "provider/**/*.ts"];

/** What can be looked up by its name. */
export type Declaration =
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration
  | ts.ClassDeclaration
  | ts.FunctionDeclaration
  | ts.VariableDeclaration;

/** A property of an interface or class. */
export interface Member {
  name: string;
  /** Its type as it is written. */
  type: ts.TypeNode;
  optional: boolean;
  /** Its doc comment as Markdown. */
  doc: string;
}

/** All declarations of a set of files. */
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

  /** The one declaration of a kind with this name. Throws where there is none, or more than one. */
  one<D extends Declaration>(name: string, isKind: (node: ts.Node) => node is D): D {
    const found = (this.#found.get(name) ?? []).filter(isKind);
    const [first] = found;
    if (first === undefined || found.length > 1) {
      throw new Error(`${name} is declared ${found.length} times: ${found.map((one) => one.getSourceFile().fileName)}`);
    }
    return first;
  }

  /** The type with this name: an interface or an alias. A class is a resource. */
  type(name: string): ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassDeclaration {
    const isClass = this.#found.get(name)?.some(ts.isClassDeclaration);
    return this.one(name, (node): node is ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassDeclaration =>
      isClass ? ts.isClassDeclaration(node) : ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node),
    );
  }

  /** The properties of an interface, those that it inherits first; one that is declared again stays in its place. */
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
 * A doc comment as Markdown that every language can show: a link is a name, an example of a value is a sentence, and
 * TypeScript stands between the marks by which Pulumi's generators leave it out of other languages.
 */
export function docOf(node: ts.Node): string {
  const comment = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc);
  if (comment === undefined) return "";
  const { comment: text, tags = [] } = comment;
  const parts = [paragraphs(textOf(text))];
  const examples: string[] = [];
  for (const { tagName, comment } of tags) {
    const said = textOf(comment);
    if (tagName.text === "throws") parts.push(`Refused ${paragraphs(said)}`);
    else if (tagName.text !== "example") continue;
    else if (said.startsWith("```ts\n")) examples.push(said.replace("```ts\n", "```typescript\n"));
    else parts.push(`Example: \`${said}\`.`);
  }
  if (examples.length > 0) {
    const shown = examples.map((code) => `{{% example %}}\n${code}\n{{% /example %}}`);
    parts.push(["{{% examples %}}", "## Example Usage", ...shown, "{{% /examples %}}"].join("\n"));
  }
  return parts.filter(Boolean).join("\n\n");
}

const textOf = (comment: ts.JSDoc["comment"]): string =>
  (ts.getTextOfJSDocComment(comment) ?? "")
    .replaceAll(/\{@link ([\w.]+)\}/g, "`$1`")
    // The plugin has a namespace of its own: an engine gives it no other.
    .replaceAll(/`scaleway:(?=[a-z])/g, "`scaleway-interlink:");

/** Lines that are one sentence are one line; blank lines and lists stay. */
const paragraphs = (text: string): string => text.trim().replaceAll(/(?<!\n)\n(?!\n|- )/g, " ");

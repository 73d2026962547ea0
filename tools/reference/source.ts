/** Reads the public API from its sources: interfaces, classes and functions with their doc comments. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { repoRoot } from "../pulumi-cli.ts";

/** A property of an interface or class. */
export interface Member {
  name: string;
  /** Without Pulumi's wrappers: `string[]` for `pulumi.Input<pulumi.Input<string>[]>`. */
  type: string;
  optional: boolean;
  /** Its doc comment, on one line. */
  doc: string;
}

/** A doc comment. */
export interface Doc {
  /** Without its tags; paragraphs are separated by an empty line. */
  text: string;
  /** The Markdown of its `@example` tags. */
  examples: string[];
}

/** An exported interface, class or function. */
interface Declared {
  doc: Doc;
  /** Members of an interface or class: its own first, then inherited ones. */
  members: Member[];
}

/** Finds declarations by name in the sources that a program uses: `sdk/` and the functions in `provider/functions/`. */
export function declarations(): (name: string) => Declared {
  const files = globSync(["sdk/*.ts", "provider/functions/*.ts"], { cwd: repoRoot, exclude: ["**/*.test.ts"] });
  const nodes = new Map<string, ts.InterfaceDeclaration | ts.ClassDeclaration | ts.FunctionDeclaration>();
  for (const file of files) {
    const text = readFileSync(join(repoRoot, file), "utf8");
    for (const node of ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true).statements) {
      const isDeclared =
        ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node) || ts.isFunctionDeclaration(node);
      // If a class and an interface share a name, the class has the properties.
      if (isDeclared && node.name && !ts.isClassDeclaration(nodes.get(node.name.text) ?? node)) {
        nodes.set(node.name.text, node);
      }
      if (ts.isClassDeclaration(node) && node.name) nodes.set(node.name.text, node);
    }
  }
  const membersOf = (name: string): Member[] => {
    const node = nodes.get(name);
    if (node === undefined || ts.isFunctionDeclaration(node)) return [];
    const own = (node.members as ts.NodeArray<ts.TypeElement | ts.ClassElement>).flatMap(member);
    if (ts.isClassDeclaration(node)) return own;
    const inherited = (node.heritageClauses ?? []).flatMap(({ types }) =>
      types.flatMap(({ expression }) => membersOf(expression.getText())),
    );
    return [...own, ...inherited.filter((one) => !own.some(({ name }) => name === one.name))];
  };
  return (name) => {
    const node = nodes.get(name);
    if (node === undefined) throw new Error(`Nothing in sdk/ or provider/functions/ declares ${name}`);
    return { doc: docOf(node), members: membersOf(name) };
  };
}

function member(node: ts.TypeElement | ts.ClassElement): Member[] {
  if (!ts.isPropertySignature(node) && !ts.isPropertyDeclaration(node)) return [];
  const isStatic =
    ts.canHaveModifiers(node) && node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);
  if (isStatic) return [];
  return [
    {
      name: node.name.getText(),
      type: plain(node.type?.getText() ?? ""),
      optional: node.questionToken !== undefined,
      doc: docOf(node).text.replaceAll(/\s+/g, " "),
    },
  ];
}

function plain(type: string): string {
  const inner = /^pulumi\.(?:Input|Output)<(.*)>$/s.exec(type)?.[1];
  if (inner !== undefined) return plain(inner);
  return type
    .replaceAll(/pulumi\.Input<([^<>]*)>/g, "$1")
    .replaceAll(" | (string & {})", "")
    .replace(/ \| undefined$/, "")
    .replaceAll(/\s+/g, " ");
}

function docOf(node: ts.Node): Doc {
  const [comment] = ts.getJSDocCommentsAndTags(node);
  if (!comment || !ts.isJSDoc(comment)) return { text: "", examples: [] };
  const examples = (comment.tags ?? []).filter(({ tagName }) => tagName.text === "example");
  return {
    text: (ts.getTextOfJSDocComment(comment.comment) ?? "").replaceAll(/\{@link (\w+)\}/g, "`$1`").trim(),
    examples: examples.map((tag) => (ts.getTextOfJSDocComment(tag.comment) ?? "").trim()),
  };
}

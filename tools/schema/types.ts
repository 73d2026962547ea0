/** Converts TypeScript types to types of a Pulumi schema. */
import ts from "typescript";
import { type Declarations, docOf, type Member, members } from "./declarations.ts";

/** A type in the schema. */
export interface TypeSpec {
  type?: "string" | "integer" | "boolean" | "array" | "object";
  $ref?: string;
  items?: TypeSpec;
  additionalProperties?: TypeSpec;
  /** The value must be known when the program runs; it cannot be an output of a resource. */
  plain?: true;
}

/** A property in the schema. */
export interface PropertySpec extends TypeSpec {
  description?: string;
  secret?: true;
  willReplaceOnChanges?: true;
}

/** A named type in the schema: an object or an enum. */
export interface ObjectSpec {
  description?: string;
  type: "object" | "string";
  properties?: Record<string, PropertySpec>;
  required?: string[];
  enum?: { value: string }[];
}

/** In `args`, nested values may be outputs one by one, and those that may not are marked as plain. */
type Mode = "args" | "value";

/** Sets that never grow become enums. A status is a string, because a new one must not break typed languages. */
const ENUMS = ["Mode", "ConfigureFrom", "AddressFamily"];

/** Sets that may grow: their current values are not listed. */
const OPEN = ["LinkStatus", "BgpStatus"];

/** Types with another name in the schema. Python appends `Args` to the name of each input type. */
const RENAMED: Record<string, string> = {
  InterLinkArgs: "InterLinkOrder",
  AllowedRoutesArgs: "AllowedRoutes",
  BgpSide: "BgpConfig",
  ConnectionArgs: "RouterConnection",
  ProxyConnectionArgs: "RouterProxy",
};

/** Names of types that have no name in TypeScript, by their place. */
const UNNAMED: Record<string, string> = {
  "RedundantInterLinkArgs.allowedRoutes": "AllowedRoutesByFamily",
  "RedundantInterLink.routingPolicies": "RoutingPoliciesByFamily",
  "RedundantInterLink.summary": "LegSummaries",
  "RedundantInterLink.nextSteps": "LegNextSteps",
  "RedundantInterLink.pairingKeys": "LegPairingKeys",
  "CustomerRouterLeg.routingPolicies": "RouterPolicies",
  "DedicatedConnectionResult.vlanRange": "VlanRange",
};

/** Converts types, and collects the named types that they refer to. */
export class Types {
  /** The named types collected so far, by token. */
  readonly shapes: Record<string, ObjectSpec> = {};
  readonly #declarations: Declarations;
  readonly #token: (name: string) => string;

  constructor(declarations: Declarations, token: (name: string) => string) {
    this.#declarations = declarations;
    this.#token = token;
  }

  /** A property of the interface or class `owner`. */
  property({ name, type, doc }: Member, owner: string, mode: Mode): PropertySpec {
    const where = `${owner}.${name}`;
    const isPlain = mode === "args" && inside(type, "Input") === undefined;
    const among = this.#closedSet(type);
    const description = [doc, among && `One of ${among.map((value) => `\`${value}\``).join(", ")}.`]
      .filter(Boolean)
      .join("\n\n");
    return { ...this.#spec(type, where, mode), ...(isPlain && { plain: true }), ...(description && { description }) };
  }

  /** The properties of an interface or class, and the names of the required ones. */
  properties(given: readonly Member[], owner: string, mode: Mode) {
    return {
      properties: Object.fromEntries(given.map((member) => [member.name, this.property(member, owner, mode)])),
      required: given.filter(({ type, optional }) => !optional && !allowsUndefined(type)).map(({ name }) => name),
    };
  }

  /** A list of objects of an interface. */
  listOf(face: ts.InterfaceDeclaration): TypeSpec {
    return { type: "array", items: this.#interface(face, "value") };
  }

  #spec(type: ts.TypeNode, where: string, mode: Mode): TypeSpec {
    const wrapped = inside(type, "Input") ?? inside(type, "Output");
    if (wrapped) return this.#spec(wrapped, where, "value");
    if (ts.isParenthesizedTypeNode(type)) return this.#spec(type.type, where, mode);
    if (type.kind === ts.SyntaxKind.StringKeyword) return { type: "string" };
    if (type.kind === ts.SyntaxKind.NumberKeyword) return { type: "integer" };
    if (type.kind === ts.SyntaxKind.BooleanKeyword) return { type: "boolean" };
    if (ts.isArrayTypeNode(type)) return { type: "array", items: this.#spec(type.elementType, where, mode) };
    if (ts.isTypeLiteralNode(type)) return this.#unnamed(where, members(type.members), mode);
    if (ts.isUnionTypeNode(type)) {
      const [only, ...others] = type.types.filter((one) => one.kind !== ts.SyntaxKind.UndefinedKeyword);
      // A union of several types is a string: `LinkStatus | (string & {})`, `"hosted" | "selfHosted"`.
      return only && others.length === 0 ? this.#spec(only, where, mode) : { type: "string" };
    }
    if (ts.isTypeReferenceNode(type)) return this.#reference(type, where, mode);
    throw new Error(`${where}: the schema has no type for ${type.getText()}`);
  }

  #reference({ typeName, typeArguments }: ts.TypeReferenceNode, where: string, mode: Mode): TypeSpec {
    const name = ts.isQualifiedName(typeName) ? typeName.right.text : typeName.text;
    const [first, second] = typeArguments ?? [];
    if (name === "Record" && first && second) return this.#record(first, second, where, mode);
    if (name === "PerLeg" && first) return this.#unnamed(where, ofEachLeg(first), mode);
    const declared = this.#declarations.type(name);
    if (ts.isClassDeclaration(declared)) return { $ref: `#/resources/${this.#token(name)}` };
    if (ts.isInterfaceDeclaration(declared)) return this.#interface(declared, mode);
    if (ENUMS.includes(name)) {
      const values = this.#literals(declared.type) ?? [];
      return this.#named(name, () => ({
        description: this.#docOfSet(declared),
        type: "string",
        enum: values.map((value) => ({ value })),
      }));
    }
    // An alias of a record or of another named type; all other aliases are strings.
    return ts.isTypeReferenceNode(declared.type)
      ? this.#spec(declared.type, where, mode)
      : ({ type: "string" } as const);
  }

  #interface(face: ts.InterfaceDeclaration, mode: Mode): TypeSpec {
    const name = face.name.text;
    return this.#named(RENAMED[name] ?? name, () => ({
      ...(docOf(face) && { description: docOf(face) }),
      type: "object",
      ...this.properties(this.#declarations.membersOf(face), name, mode),
    }));
  }

  #record(key: ts.TypeNode, value: ts.TypeNode, where: string, mode: Mode): TypeSpec {
    if (key.kind !== ts.SyntaxKind.StringKeyword) throw new Error(`${where}: a record needs string keys`);
    return { type: "object", additionalProperties: this.#spec(value, where, mode) };
  }

  #unnamed(where: string, given: readonly Member[], mode: Mode): TypeSpec {
    const name = UNNAMED[where];
    if (name === undefined) throw new Error(`${where}: this type needs a name in UNNAMED`);
    return this.#named(name, () => ({ type: "object", ...this.properties(given, where, mode) }));
  }

  #named(name: string, shape: () => ObjectSpec): TypeSpec {
    const token = this.#token(name);
    const made = this.shapes[token] ?? shape();
    this.shapes[token] = made;
    return { $ref: `#/types/${token}` };
  }

  /** The possible values of a string, for its description. Enums and open sets are excluded. */
  #closedSet(type: ts.TypeNode): string[] | undefined {
    const inner = inside(type, "Input") ?? inside(type, "Output") ?? type;
    if (ts.isTypeReferenceNode(inner) && [...ENUMS, ...OPEN].includes(inner.typeName.getText())) return undefined;
    return this.#literals(inner);
  }

  #literals(type: ts.TypeNode): string[] | undefined {
    if (ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)) return [type.literal.text];
    if (type.kind === ts.SyntaxKind.UndefinedKeyword) return [];
    if (ts.isUnionTypeNode(type)) {
      const parts = type.types.map((one) => this.#literals(one));
      return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
    }
    const constant = constantOf(type);
    if (constant !== undefined) {
      const { initializer } = this.#declarations.one(constant, ts.isVariableDeclaration);
      return [...(initializer?.getText() ?? "").matchAll(/"([^"]+)"/g)].map(([, value = ""]) => value);
    }
    if (!ts.isTypeReferenceNode(type) || type.typeArguments || ts.isQualifiedName(type.typeName)) return undefined;
    const declared = this.#declarations.type(type.typeName.text);
    return ts.isTypeAliasDeclaration(declared) ? this.#literals(declared.type) : undefined;
  }

  /** The doc comment of a closed set, from its constant if it has one. */
  #docOfSet(alias: ts.TypeAliasDeclaration): string {
    const constant = constantOf(alias.type);
    return docOf(constant === undefined ? alias : this.#declarations.one(constant, ts.isVariableDeclaration));
  }
}

/** The type inside `pulumi.Input<…>` or `pulumi.Output<…>`. */
function inside(type: ts.TypeNode, wrapper: "Input" | "Output"): ts.TypeNode | undefined {
  if (!ts.isTypeReferenceNode(type) || type.typeName.getText() !== `pulumi.${wrapper}`) return undefined;
  return type.typeArguments?.[0];
}

/** The constant in `(typeof CONSTANT)[number]`. */
function constantOf(type: ts.TypeNode): string | undefined {
  return /^\(typeof (\w+)\)\[number\]$/.exec(type.getText())?.[1];
}

function allowsUndefined(type: ts.TypeNode): boolean {
  const inner = inside(type, "Input") ?? inside(type, "Output") ?? type;
  return ts.isUnionTypeNode(inner) && inner.types.some(({ kind }) => kind === ts.SyntaxKind.UndefinedKeyword);
}

const ofEachLeg = (type: ts.TypeNode): Member[] =>
  ["primary", "secondary"].map((name) => ({ name, type, optional: false, doc: "" }));

/**
 * Generates the plugin's Pulumi schema, from which every language gets its SDK, from the public API in `sdk/` (types, doc
 * comments) and the definitions in `provider/resources/`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { Definition } from "../../provider/domain/definition.ts";
import { handlers } from "../../provider/resources/index.ts";
import { repoRoot } from "../pulumi-cli.ts";
import { Declarations, docOf, members } from "./declarations.ts";
import { type PropertySpec, Types } from "./types.ts";

/** Path of the schema. */
export const SCHEMA_FILE = join(repoRoot, "provider", "hosts", "plugin", "schema.json");

const NAME = "scaleway-interlink";
const token = (name: string) => `${NAME}:index:${name}`;

/** The components, each a class with `…Args`, and their secret properties. */
const COMPONENTS = { RedundantInterLink: ["pairingKeys"], CustomerRouter: ["connection"] };

/** The file that declares the SSH connection of CustomerRouter. */
const COMMAND_TYPES = "node_modules/@pulumi/command/types/input.d.ts";

/** The schema as JSON text. */
export function schemaText(): string {
  // The CLI omits empty lists too.
  const shown = (_: string, value: unknown) => (Array.isArray(value) && value.length === 0 ? undefined : value);
  return `${JSON.stringify(schema(), shown, 2)}\n`;
}

function schema() {
  const { version, description, license, keywords } = JSON.parse(readFileSync(join(repoRoot, "package.json"), "utf8"));
  const declarations = new Declarations([COMMAND_TYPES]);
  const types = new Types(declarations, token);
  const definitions = Object.values(handlers).map(({ definition }) => definition);
  const resources = [
    ...definitions.map((definition) => [token(definition.kind), resource(definition, declarations, types)]),
    ...Object.entries(COMPONENTS).map(([name, secrets]) => [
      token(name),
      component(name, secrets, declarations, types),
    ]),
  ];
  const functions = functionsOf(declarations, types);
  const configuration = configurationOf(declarations, types);
  return {
    ...{ name: NAME, displayName: "Scaleway InterLink", version, description, license },
    keywords: [...keywords, "category/network", "kind/native"],
    config: { variables: configuration },
    provider: {
      description: "Where and how the resources of a program reach Scaleway. One per project, region or API key.",
      inputProperties: configuration,
    },
    types: sorted(types.shapes),
    resources: Object.fromEntries(resources),
    functions,
    language: {
      python: { packageName: "pulumi_scaleway_interlink", pyproject: { enabled: true }, respectSchemaVersion: true },
      // The SDK is generated into each program's own folder and never downloaded, so its path has no host.
      go: { importBasePath: "pulumi-scaleway-interlink/sdk/go/scalewayinterlink", respectSchemaVersion: true },
      nodejs: { respectSchemaVersion: true },
      csharp: { respectSchemaVersion: true },
    },
  };
}

/** The properties of stack configuration and of an explicit provider. */
function configurationOf(declarations: Declarations, types: Types): Record<string, PropertySpec> {
  const face = declarations.one("ProviderArgs", ts.isInterfaceDeclaration);
  const { properties } = types.properties(declarations.membersOf(face), "ProviderArgs", "value");
  return { ...properties, secretKey: { ...properties.secretKey, secret: true } };
}

/** A resource with a handler. Its alias adopts resources that the dynamic provider created. */
function resource(definition: Definition, declarations: Declarations, types: Types) {
  const { kind } = definition;
  const face = declarations.one(kind, ts.isClassDeclaration);
  const args = declarations.membersOf(declarations.one(`${kind}Args`, ts.isInterfaceDeclaration));
  const inputs = types.properties(args, kind, "args");
  const outputs = types.properties(
    members(face.members).filter(({ name }) => name in definition.outputs),
    kind,
    "value",
  );
  const alwaysSet = Object.entries(definition.inputs).flatMap(([name, { required, chosen, default: value }]) =>
    required || chosen === "always" || value !== undefined ? [name] : [],
  );
  const marked = (properties: Record<string, PropertySpec>) =>
    Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [
        name,
        {
          ...property,
          // Not `replaceOnChanges`, which would force a replacement: diff decides, and may defer it.
          ...(definition.inputs[name]?.replaces && { willReplaceOnChanges: true }),
          ...(definition.outputs[name]?.secret && { secret: true }),
        },
      ]),
    );
  return {
    description: docOf(face),
    inputProperties: marked(inputs.properties),
    requiredInputs: inputs.required,
    properties: marked({ ...inputs.properties, ...outputs.properties }),
    required: [...alwaysSet, ...outputs.required],
    aliases: [{ type: `pulumi-nodejs:dynamic/scaleway-interlink:${kind}` }],
  };
}

function component(name: string, secrets: readonly string[], declarations: Declarations, types: Types) {
  const face = declarations.one(name, ts.isClassDeclaration);
  const argsName = `${name}Args`;
  const args = declarations.membersOf(declarations.one(argsName, ts.isInterfaceDeclaration));
  const inputs = types.properties(args, argsName, "args");
  const outputs = types.properties(members(face.members), name, "value");
  for (const properties of [inputs.properties, outputs.properties]) {
    for (const [property, spec] of Object.entries(properties)) if (secrets.includes(property)) spec.secret = true;
  }
  return {
    description: docOf(face),
    isComponent: true,
    inputProperties: inputs.properties,
    requiredInputs: inputs.required,
    ...outputs,
  };
}

/** The functions. A Pulumi function returns an object, so a list becomes its only property. */
function functionsOf(declarations: Declarations, types: Types) {
  const face = ts.createSourceFile(
    "lookups.ts",
    readFileSync(join(repoRoot, "sdk", "lookups.ts"), "utf8"),
    ts.ScriptTarget.Latest,
    true,
  );
  const lookups = face.statements.filter(ts.isFunctionDeclaration).flatMap(({ name }) => name?.text ?? []);
  return Object.fromEntries(
    lookups
      .filter((name) => !name.endsWith("Output"))
      .map((name) => {
        const lookup = declarations.one(name, ts.isFunctionDeclaration);
        const [filter] = lookup.parameters;
        const found = /^Promise<(\w+)(\[\])?>$/.exec(lookup.type?.getText() ?? "");
        if (!filter?.type || !found?.[1])
          throw new Error(`${name} is not a valid function: it must take a filter and return a Promise of the results`);
        const [, result, isList] = found;
        const inputs = declarations.one(filter.type.getText(), ts.isInterfaceDeclaration);
        const resultFace = declarations.one(result, ts.isInterfaceDeclaration);
        const list = `${name.charAt(3).toLowerCase()}${name.slice(4)}`;
        const outputs = isList
          ? {
              properties: { [list]: { ...types.listOf(resultFace), description: "The objects that match." } },
              required: [list],
            }
          : types.properties(declarations.membersOf(resultFace), result, "value");
        return [
          token(name),
          {
            description: docOf(lookup),
            inputs: {
              type: "object",
              ...types.properties(declarations.membersOf(inputs), filter.type.getText(), "value"),
            },
            outputs: { type: "object", ...outputs },
          },
        ];
      }),
  );
}

const sorted = <T>(all: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));

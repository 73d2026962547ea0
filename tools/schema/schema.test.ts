import { readFile } from "node:fs/promises";
import { relative } from "node:path";
import { expect, test } from "vitest";
import { handlers } from "../../provider/resources/index.ts";
import { repoRoot } from "../pulumi-cli.ts";
import { SCHEMA_FILE, schemaText } from "./index.ts";

const schema = JSON.parse(schemaText());
const token = (name: string) => `scaleway-interlink:index:${name}`;

test("The plugin's schema is up to date with the SDK's classes, functions and doc comments", async () => {
  const kept = await readFile(SCHEMA_FILE, "utf8");
  const hint = `${relative(repoRoot, SCHEMA_FILE)} is older than its sources. Write it again with \`npm run schema\`.`;
  expect(kept === schemaText(), hint).toBe(true);
});

test.each(Object.values(handlers).map(({ definition }) => definition))(
  "The schema has each input and output of $kind, and takes it over from the dynamic provider",
  ({ kind, inputs, outputs }) => {
    const resource = schema.resources[token(kind)];
    expect(Object.keys(resource.inputProperties)).toEqual(Object.keys(inputs));
    expect(Object.keys(resource.properties).sort()).toEqual([...Object.keys(inputs), ...Object.keys(outputs)].sort());
    expect(resource.aliases).toEqual([{ type: `pulumi-nodejs:dynamic/scaleway-interlink:${kind}` }]);
  },
);

test("In the schema numbers are integers, statuses are strings, and only sets that never grow are enums", () => {
  const { inputProperties, properties } = schema.resources[token("InterLink")];
  expect(inputProperties.bandwidthMbps).toMatchObject({ type: "integer", willReplaceOnChanges: true });
  expect(properties.status).toMatchObject({ type: "string" });
  const enums = Object.entries<{ enum?: object }>(schema.types).flatMap(([name, type]) => (type.enum ? [name] : []));
  expect(enums).toEqual(["AddressFamily", "ConfigureFrom", "Mode"].map(token));
});

test("The schema marks the pairing keys, the provider's secret key and the SSH connection as secret", () => {
  expect(schema.resources[token("InterLink")].properties.pairingKey).toMatchObject({ secret: true });
  expect(schema.resources[token("RedundantInterLink")].properties.pairingKeys).toMatchObject({ secret: true });
  expect(schema.resources[token("CustomerRouter")].inputProperties.connection).toMatchObject({ secret: true });
  expect(schema.config.variables.secretKey).toMatchObject({ secret: true });
});

test("Stack configuration and an explicit provider take the same keys", () => {
  expect(schema.provider.inputProperties).toEqual(schema.config.variables);
  expect(Object.keys(schema.config.variables)).toContain("projectId");
});

test("In the schema, inputs that a component needs when its program runs are plain", () => {
  const { inputProperties } = schema.resources[token("RedundantInterLink")];
  const plain = Object.entries<{ plain?: true }>(inputProperties).flatMap(([name, { plain }]) => (plain ? [name] : []));
  expect(plain).toEqual(["primary", "secondary", "allowedRoutes", "allowSamePop"]);
});

test("A function that finds several objects returns an object with a list named like the function", () => {
  expect(schema.functions[token("getRoutingPolicies")].outputs).toMatchObject({
    properties: { routingPolicies: { type: "array", items: { $ref: `#/types/${token("RoutingPolicyResult")}` } } },
    required: ["routingPolicies"],
  });
  expect(schema.functions[token("getPop")].outputs.properties).toHaveProperty("availableLinkBandwidthsMbps");
});

test("Descriptions in the schema contain no TypeDoc links and no configuration keys of the dynamic provider", () => {
  const text = schemaText();
  expect(text).not.toMatch(/\{@link|@example|@throws|@internal/);
  expect(text).not.toMatch(/`scaleway:/);
});

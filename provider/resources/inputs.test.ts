import { describe, expect, test } from "vitest";
import * as z from "zod";
import { NOWHERE, offline, POP } from "../../test/world.ts";
import { MODES } from "../domain/readiness.ts";
import { isUnknown, UNKNOWN } from "../domain/unknown.ts";
import * as input from "./inputs.ts";

const schema = z.strictObject({
  linkId: input.id,
  size: input.wholeNumber(1, 10, " Mbps").optional(),
  tags: input.tags.optional(),
  region: input.region.optional(),
  projectId: input.projectId.optional(),
  enabled: input.flag.optional(),
  when: input.oneOf(MODES).optional(),
  name: input.name.optional(),
});
const parse = (raw: Record<string, unknown>) => input.parseInputs(schema, { linkId: NOWHERE, ...raw }).failures;

describe("parseInputs", () => {
  test("parseInputs accepts valid inputs unchanged", () => {
    const raw = { linkId: `fr-par/${NOWHERE}`, size: 10, tags: ["a"], when: "defer", name: "n", region: "nl-ams" };
    expect(input.parseInputs(schema, raw)).toEqual({ inputs: raw, failures: [] });
  });

  test.each<[string, Record<string, unknown>, string, RegExp]>([
    ["a missing id", { linkId: undefined }, "linkId", /^is required$/],
    ["a malformed id", { linkId: "abc" }, "linkId", /^"abc" is not a valid id: give a UUID .* or a regional one/],
    ["an id of another type", { linkId: 5 }, "linkId", /must be an id \(a string\)/],
    ["an endless id", { linkId: "x".repeat(1e6) }, "linkId", /^.{1,250}$/],
    ["a regional project", { projectId: `fr-par/${NOWHERE}` }, "projectId", /is not a valid UUID/],
    ["a fraction", { size: 1.5 }, "size", /must be a whole number/],
    ["too little", { size: 0 }, "size", /must be at least 1 Mbps/],
    ["too much", { size: 11 }, "size", /must be at most 10 Mbps/],
    ["a number as a string", { size: "5" }, "size", /must be a whole number/],
    ["tags that are not a list", { tags: "a" }, "tags", /must be a list of strings/],
    ["a tag that is not a string", { tags: ["a", null] }, "tags[1]", /must be a string/],
    ["an empty tag", { tags: [""] }, "tags[0]", /must not be empty/],
    ["a tag in the provider's form", { tags: ["pulumi:a/b/c#00"] }, "tags[0]", /the provider's own tag/],
    ["a wrong region", { region: "eu" }, "region", /"eu" is not a valid region.* fr-par, it-mil, nl-ams, pl-waw/],
    ["a region of another type", { region: { toString: 1 } }, "region", /must be a region/],
    ["an empty name", { name: "" }, "name", /must not be empty/],
    ["a long name", { name: "x".repeat(256) }, "name", /at most 255/],
    ["a string as a boolean", { enabled: "true" }, "enabled", /must be true or false/],
    ["a mode that does not exist", { when: "later" }, "when", /must be "wait" or "defer" or "fail"/],
    ["an input that does not exist", { vpc: 1 }, "vpc", /^unknown input; valid inputs: linkId, size, .*, name$/],
    ["an unknown value for an input that does not exist", { vpc: UNKNOWN }, "vpc", /unknown input/],
  ])("parseInputs reports one failure for %s", (_, raw, property, reason) => {
    expect(parse(raw)).toEqual([{ property, reason: expect.stringMatching(reason) }]);
  });

  test("parseInputs reports every invalid input", () => {
    expect(parse({ size: 0, name: "", vpc: 1 }).map(({ property }) => property)).toEqual(["size", "name", "vpc"]);
  });
  test("parseInputs accepts unknown values, alone and in lists", () => {
    const raw = Object.fromEntries(Object.keys(schema.shape).map((key) => [key, UNKNOWN]));
    expect(parse(raw)).toEqual([]);
    expect(parse({ tags: ["a", UNKNOWN] })).toEqual([]);
  });
  test("parseInputs checks known values next to an unknown one", () => {
    expect(parse({ tags: [UNKNOWN, 5] })).toEqual([{ property: "tags[1]", reason: "must be a string" }]);
  });
});

test("isUnknown finds an unknown value at any depth", () => {
  expect([UNKNOWN, [UNKNOWN], { a: [{ b: UNKNOWN }] }].map(isUnknown)).toEqual([true, true, true]);
  expect(["a", null, undefined, [], { a: [1] }].some(isUnknown)).toBe(false);
});

describe("ids", () => {
  const local = (inputs: { linkId?: string; vpcId?: string; region?: string }, configured?: string) =>
    input.localIds(offline(configured === undefined ? {} : { "scaleway:region": configured }), inputs, [
      "linkId",
      "vpcId",
    ]);

  test("Ids become plain, lower-case UUIDs", () => {
    const inputs = { linkId: POP.TH2.toUpperCase(), vpcId: `nl-ams/${NOWHERE}`, region: "nl-ams" };
    expect(local(inputs)).toEqual({
      inputs: { linkId: POP.TH2, vpcId: NOWHERE, region: "nl-ams" },
      failures: [],
    });
  });
  test("A regional id determines the region if nothing else does", () => {
    expect(local({ linkId: NOWHERE, vpcId: `nl-ams/${NOWHERE}` }).inputs.region).toBe("nl-ams");
    expect(local({ vpcId: `nl-ams/${NOWHERE}` }, "nl-ams").inputs).not.toHaveProperty("region");
  });
  test.each([
    [
      "the resource's region",
      { linkId: `nl-ams/${NOWHERE}`, region: "fr-par" },
      undefined,
      "linkId",
      /is in nl-ams, but this resource is in fr-par/,
    ],
    [
      "the configured region",
      { vpcId: `nl-ams/${NOWHERE}` },
      "pl-waw",
      "vpcId",
      /is in nl-ams, but this resource is in pl-waw/,
    ],
    [
      "each other",
      { linkId: `nl-ams/${NOWHERE}`, vpcId: `fr-par/${NOWHERE}` },
      undefined,
      "vpcId",
      /is in fr-par, but this resource is in nl-ams/,
    ],
  ] as const)("A regional id that contradicts %s is refused", (_, inputs, configured, property, reason) => {
    expect(local(inputs, configured).failures).toEqual([{ property, reason: expect.stringMatching(reason) }]);
  });
  test("Ids are not compared with an unknown region", () => {
    const { inputs, failures } = local({ linkId: `nl-ams/${NOWHERE}`, vpcId: UNKNOWN, region: UNKNOWN });
    expect({ inputs, failures }).toEqual({
      inputs: { linkId: NOWHERE, vpcId: UNKNOWN, region: UNKNOWN },
      failures: [],
    });
  });
});

test("An unknown InterLink region is one warning per run", () => {
  const logged: string[] = [];
  const context = offline({ "scaleway:region": "de-ber" }, logged);
  for (const inputs of [{ linkId: NOWHERE }, { linkId: `de-ber/${NOWHERE}` }, { linkId: NOWHERE, region: "de-ber" }]) {
    expect(input.localIds(context, inputs, ["linkId"]).failures).toEqual([]);
  }
  expect(logged).toEqual([expect.stringMatching(/^warning: Region de-ber is not a known InterLink region \(fr-par, /)]);
});

test("A malformed default region is an error only for a resource that uses it", () => {
  const context = offline({ "scaleway:region": "us-east" });
  expect(input.localIds(context, { linkId: NOWHERE, region: "nl-ams" }, ["linkId"]).failures).toEqual([]);
  expect(() => input.localIds(context, { linkId: NOWHERE } as { linkId: string; region?: string }, ["linkId"])).toThrow(
    /the region "us-east" from stack config scaleway:region is not a valid region/,
  );
});

test("The region is the resource's own, else the configured one, else Scaleway's default", () => {
  const configured = offline({ "scaleway:region": "nl-ams" });
  expect(input.regionOf(configured, { region: "pl-waw" })).toBe("pl-waw");
  expect(input.regionOf(configured, {})).toBe("nl-ams");
  expect(input.regionOf(offline(), {})).toBe("fr-par");
});

import { expect, test } from "vitest";
import { parsePulumiVersions, pinCli, pinnedCli } from "./pulumi-versions.ts";

test.each([
  { text: "3.260.0", cli: "3.260.0", sdk: "3.260.0" },
  { text: "latest", cli: "3.276.0", sdk: "3.276.0" },
  { text: "3.274.1/3.275.0", cli: "3.274.1", sdk: "3.275.0" },
  { text: "3.274.1/latest", cli: "3.274.1", sdk: "3.276.0" },
])("PULUMI_VERSION=$text runs CLI $cli and SDK $sdk where 3.276.0 is the latest", ({ text, cli, sdk }) => {
  expect(parsePulumiVersions(text, "3.276.0")).toEqual({ cli, sdk });
});

test.each(["newest", "3.274", "v3.274.1", "^3.259.0", "3.274.1/", "/latest", "3.274.1/3.275.0/3.276.0"])(
  "PULUMI_VERSION=%s is refused with the forms that it takes",
  (text) => {
    expect(() => parsePulumiVersions(text, "3.276.0")).toThrow(
      `PULUMI_VERSION=${text} names no release of Pulumi. Set it to one (3.260.0)`,
    );
  },
);

test("pinCli moves both modules of Pulumi in a go.mod and nothing else", () => {
  const goMod = (version: string) =>
    [
      "module pulumi-cli",
      "require (",
      "\tgithub.com/blang/semver v3.5.1+incompatible",
      `\tgithub.com/pulumi/pulumi/pkg/v3 v${version}`,
      ")",
      "require (",
      "\tgithub.com/pulumi/inflector v0.1.1 // indirect",
      `\tgithub.com/pulumi/pulumi/sdk/v3 v${version} // indirect`,
      ")",
      "",
    ].join("\n");
  const moved = pinCli(goMod("3.259.0"), "3.274.1");
  expect(moved).toBe(goMod("3.274.1"));
  expect(pinnedCli(moved)).toBe("3.274.1");
});

import { describe, expect, test } from "vitest";
import { versionFailures } from "./configuration.ts";

const urn = (name: string) => `urn:pulumi:dev::network::pulumi:providers:scaleway-interlink::${name}`;
const reasonFor = (name: string, own: string) => versionFailures(urn(name), own)[0]?.reason;

describe("The version of plugin and SDK", () => {
  test.each([
    ["the same version", "default_0_1_0", "0.1.0"],
    ["a patch that is newer", "default_0_1_0", "0.1.3"],
    ["a minor version that is newer", "default_1_2_3", "1.4.0"],
    ["a pre-release of the same version", "default_0_2_0_alpha_1", "0.2.0-alpha.1"],
    ["an SDK from elsewhere", "default_0_1_0_https_//example.com/plugins", "0.1.0"],
    ["a program that asks for no version", "default", "0.1.0"],
    ["an explicit provider", "default_region", "0.1.0"],
  ])("The plugin serves %s", (_, name, own) => expect(versionFailures(urn(name), own)).toEqual([]));

  test.each([
    ["is a patch older", "default_0_1_2", "0.1.1"],
    ["is a minor version older", "default_1_3_0", "1.2.9"],
    ["is a minor version newer, before 1.0", "default_0_1_0", "0.2.0"],
    ["is a major version newer", "default_1_3_0", "2.3.0"],
  ])("A plugin that %s than the SDK is refused", (_, name, own) => {
    expect(reasonFor(name, own)).toContain(`the plugin has version ${own}`);
  });

  test("An older plugin has to be replaced; for a newer one, updating the SDK comes first", () => {
    expect(reasonFor("default_0_2_0", "0.1.0")).toMatch(
      /the program's SDK has version 0\.2\.0\n {2}What to do: install plugin 0\.2\.0: .*--file <archive>`\. \[plugin-version\]$/,
    );
    expect(reasonFor("default_0_1_0", "0.2.0")).toMatch(
      /What to do: update the program's SDK to 0\.2\.0 .*, or install plugin 0\.1\.0: /,
    );
  });
});

import { readFile } from "node:fs/promises";
import { version as sdkVersion } from "@pulumi/pulumi/version.js";
import { expect, test } from "vitest";

test("the CLI that Go builds is of the release of the installed SDK, which pulumiCli says it is", async () => {
  const goMod = await readFile(new URL("pulumi/go.mod", import.meta.url), "utf8");
  expect(goMod).toContain(`github.com/pulumi/pulumi/pkg/v3 v${sdkVersion}\n`);
  expect(goMod).toContain(`github.com/pulumi/pulumi/sdk/v3 v${sdkVersion} `);
});

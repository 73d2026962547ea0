import { readFile } from "node:fs/promises";
import { version as sdkVersion } from "@pulumi/pulumi/version.js";
import { expect, test } from "vitest";

test("The CLI that Go builds has the release of the installed SDK, because pulumiCli assumes it", async () => {
  const goMod = await readFile(new URL("pulumi/go.mod", import.meta.url), "utf8");
  expect(goMod).toContain(`github.com/pulumi/pulumi/pkg/v3 v${sdkVersion}\n`);
  expect(goMod).toContain(`github.com/pulumi/pulumi/sdk/v3 v${sdkVersion} `);
});

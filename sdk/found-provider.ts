import { createRequire } from "node:module";
import { sep } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** Pulumi's program runner. It runs programs in the same folder in which the engine starts plugins. */
const RUNNER = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run([\\/]index\.js)?$/;

let checked = false;

/**
 * Throws if the engine will not find this package, for example in a workspace whose Pulumi project has it only as an
 * indirect dependency. Automation API programs run in another folder, so they are not checked.
 */
export function checkProviderIsFound(): void {
  if (checked || !RUNNER.test(process.argv[1] ?? "")) return;
  checked = true;
  const folder = process.cwd();
  try {
    createRequire(folder + sep).resolve("pulumi-scaleway-interlink/provider");
  } catch {
    throw new pulumi.RunError(
      `The Pulumi engine looks for pulumi-scaleway-interlink from the project's folder, ${folder}, and can't find it there. ` +
        "Add it to the dependencies of that folder's package.json and install them.",
    );
  }
}

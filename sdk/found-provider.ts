import { createRequire } from "node:module";
import { sep } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** Pulumi's runner of programs, which starts them in the folder in which the engine starts its plugins too. */
const RUNNER = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run([\\/]index\.js)?$/;

let checked = false;

/**
 * Refuses to go on where the engine will not find this package, as in a workspace whose Pulumi project has it only through
 * another package. Checked once, and only where it is certain: a program of the Automation API runs in another folder.
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

/**
 * The executable `pulumi-resource-scaleway-interlink`: serves the provider's handlers and the components. It checks the
 * version of Node.js before it loads anything else, so that an old one gets a clear error.
 */
import { tooOld } from "../../provider/domain/node-version.ts";

const problem = tooOld();
if (problem === undefined) void import("./serve.ts");
else {
  console.error(`error: ${problem}`);
  process.exitCode = 1;
}

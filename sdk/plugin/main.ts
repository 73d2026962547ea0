/**
 * The executable `pulumi-resource-scaleway-interlink`: the provider's handlers, and the components of this folder's sdk. What
 * it needs is loaded once it is known that this Node.js can.
 */
import { tooOld } from "../../provider/domain/node-version.ts";

const problem = tooOld();
if (problem === undefined) void import("./serve.ts");
else {
  console.error(`error: ${problem}`);
  process.exitCode = 1;
}

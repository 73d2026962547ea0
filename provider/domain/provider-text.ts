/**
 * The text that Pulumi's dynamic host stores with each resource and runs when it needs its provider, in this run or in one
 * years from now. It is the same for every version and machine, so that an upgrade changes no state, and it only loads the
 * installed package. `createRequire` looks from the project's folder, in which the engine starts the process.
 */
export const providerText = (kind: string): string =>
  `exports.handler=()=>require("module").createRequire(process.cwd()+"/")("pulumi-scaleway-interlink/provider").provider("${kind}")`;

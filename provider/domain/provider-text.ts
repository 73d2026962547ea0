/**
 * The code that Pulumi's dynamic host stores with each resource and runs to load its provider, also in runs years from now.
 * It only loads the installed package, and it is the same for every version and machine, so that an upgrade does not change
 * the state. `createRequire` resolves from the project's folder, where the engine starts the process.
 */
export const providerText = (kind: string): string =>
  `exports.handler=()=>require("module").createRequire(process.cwd()+"/")("pulumi-scaleway-interlink/provider").provider("${kind}")`;

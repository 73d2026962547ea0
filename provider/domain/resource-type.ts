// How the engine's state names our resources. These texts stay for good: another type would be another resource, and
// another provider text an update of every one.

/** Who serves the resources: Pulumi's dynamic host, or the plugin `pulumi-resource-scaleway-interlink`. */
export type Host = "dynamic" | "plugin";

const TYPES: Record<Host, string> = {
  dynamic: "pulumi-nodejs:dynamic/scaleway-interlink:",
  plugin: "scaleway-interlink:index:",
};

/** The type by which the engine knows a resource of a host. Components have that of the plugin everywhere. */
export const typeAt = (host: Host, kind: string): string => TYPES[host] + kind;

/**
 * The text that the engine stores with each resource and runs when it needs its provider, in this run or in one years
 * from now. It is the same for every version and machine, so that an upgrade changes no state, and it only loads the
 * installed package. `createRequire` looks from the project's folder, in which the engine starts the process.
 *
 * `pulumi.dynamic.Resource` would serialize the provider's code here, some 2 KB a resource and another text with each
 * release. It is set as that class sets it, on the type that it uses; `test/engine/state.test.ts` pins both.
 */
export const providerText = (kind: string): string =>
  `exports.handler=()=>require("module").createRequire(process.cwd()+"/")("pulumi-scaleway-interlink/provider").provider("${kind}")`;

import { Server } from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { packageVersion } from "../../domain/package-version.ts";
import { engineAddress } from "../engine-watch.ts";
import { engineLog } from "./engine-log.ts";
import schema from "./schema.json" with { type: "json" };
import { type Served, serviceOf } from "./service.ts";

/** Constructs a component: returns its URN and outputs. The provider in `opts.providers` serves its children. */
export type Construct = NonNullable<pulumi.provider.Provider["construct"]>;

/**
 * Serves this process as the plugin `pulumi-resource-scaleway-interlink`.
 *
 * Pulumi's server for providers in TypeScript (`pulumi.provider.main`) supports no configuration, detailed diffs, old inputs,
 * timeouts or messages at a resource, so our methods override its own. Pulumi's server still handles the rest: components with
 * their options and outputs, schema, uncaught errors, and the port that the engine reads. There is no public way to override
 * methods, so this intercepts `addService`, which the server calls once. `test/engine/plugin.test.ts` guards this.
 */
export async function serve(construct: Construct): Promise<void> {
  const args = process.argv.slice(2);
  const served: Served = {};
  const ours = serviceOf(engineLog(engineAddress(args) ?? ""), served);
  const { addService } = Server.prototype;
  Server.prototype.addService = function (service, theirs) {
    const isProviders = service === ResourceProviderService;
    addService.call(this, service, isProviders ? layered(ours, theirs) : theirs);
  };
  const version = packageVersion();
  await pulumi.provider.main(
    {
      version,
      schema: JSON.stringify({ ...schema, version }),
      construct: (name, type, inputs, opts) => construct(name, type, inputs, { ...opts, ...childrenAt(served, opts) }),
    },
    args,
  );
}

const layered = <T extends object>(upper: object, lower: T): T => Object.assign(Object.create(lower), upper) as T;

/** Children of a component use the same process, which has the context of the run, instead of a provider of their own. */
function childrenAt(
  { reference }: Served,
  { providers }: pulumi.ComponentResourceOptions,
): pulumi.ComponentResourceOptions {
  if (reference === undefined) return {};
  const given = Array.isArray(providers) ? {} : providers;
  return { providers: { ...given, "scaleway-interlink": new pulumi.DependencyProviderResource(reference) } };
}

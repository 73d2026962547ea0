import { Server } from "@grpc/grpc-js";
import * as pulumi from "@pulumi/pulumi";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { packageVersion } from "../../domain/package-version.ts";
import { engineAddress } from "../engine-watch.ts";
import { engineLog } from "./engine-log.ts";
import schema from "./schema.json" with { type: "json" };
import { type Served, serviceOf } from "./service.ts";

/** Makes a component: its URN and outputs. Its children are served by the provider that `opts.providers` names. */
export type Construct = NonNullable<pulumi.provider.Provider["construct"]>;

/**
 * Serves this process as the plugin `pulumi-resource-scaleway-interlink`.
 *
 * Pulumi's own server for providers in TypeScript (`pulumi.provider.main`) hands on no configuration, no detailed diff, no
 * old inputs, no timeouts and no message at its resource, so our methods are laid over its own: what we do not have
 * (components, their options and outputs, schema, errors that nothing caught, the port that the engine reads) stays
 * Pulumi's. There is no public way to do that: it goes by `addService`, which that server calls once. Pinned by
 * `test/engine/plugin.test.ts`.
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

/** One process serves a whole run, and knows what one run knows: children come to it too, not to one of their own. */
function childrenAt(
  { reference }: Served,
  { providers }: pulumi.ComponentResourceOptions,
): pulumi.ComponentResourceOptions {
  if (reference === undefined) return {};
  const given = Array.isArray(providers) ? {} : providers;
  return { providers: { ...given, "scaleway-interlink": new pulumi.DependencyProviderResource(reference) } };
}

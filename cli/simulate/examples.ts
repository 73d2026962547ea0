import type { Simulator } from "../../simulator/index.ts";

/** Names that the programs in `examples/` use, besides the PoPs and partners that every simulator has. */
export const EXAMPLE_NAMES = { vpc: "production", connection: "rack-a1", policy: "our-routes" };
/** The VPC's id. It is the same in each new simulator, for programs that have an id in their configuration. */
export const EXAMPLE_VPC_ID = "5ca1ab1e-0000-4000-8000-000000000001";

/** Adds the objects that the examples use, unless the state file already contains them. */
export function seedExamples({ seed, control }: Simulator): void {
  const { vpcs, connections, routingPolicies } = control.snapshot();
  const isMissing = (objects: readonly { name: string }[], name: string) => objects.every((one) => one.name !== name);
  if (isMissing(vpcs, EXAMPLE_NAMES.vpc)) seed.vpc({ name: EXAMPLE_NAMES.vpc, id: EXAMPLE_VPC_ID });
  if (isMissing(routingPolicies, EXAMPLE_NAMES.policy)) {
    seed.routingPolicy({
      name: EXAMPLE_NAMES.policy,
      prefixFilterIn: ["10.10.0.0/16"],
      prefixFilterOut: ["172.16.0.0/22"],
    });
  }
  const popId = connections.find(({ region }) => region === "fr-par")?.pop_id;
  if (popId !== undefined && isMissing(connections, EXAMPLE_NAMES.connection)) {
    seed.dedicatedConnection({ name: EXAMPLE_NAMES.connection, popId });
  }
}

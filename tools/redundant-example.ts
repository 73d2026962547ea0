import type { ConfigMap, PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { exampleConfig, exampleProgram } from "./example-program.ts";

/** `examples/redundant`, as an inline program. */
export function redundantProgram(): { projectName: string; program: PulumiFn } {
  return exampleProgram("examples/redundant");
}

/** The part of a simulator's `seed` that creates a VPC. */
interface VpcSeed {
  vpc(vpc: { name: string; region: "fr-par" }): { id: string };
}

/** Stack configuration of the example: two PoPs in Paris and two partners, as recorded, and a new VPC. */
export function redundantSettings(simulator: { seed: VpcSeed }, settings: Record<string, string> = {}): ConfigMap {
  const leg = (popId: string, partnerId: string) => JSON.stringify({ popId, partnerId });
  return exampleConfig(redundantProgram().projectName, {
    vpcId: simulator.seed.vpc({ name: "redundant", region: "fr-par" }).id,
    primary: leg("fd046cc9-d9bf-4a87-9c32-d299fe4bf4d7", "89d00734-eddb-4192-8b16-bc16f0b0f5a5"),
    secondary: leg("c1165d78-bd85-4574-9958-b068a6d191f9", "930ebb71-7fb2-4ea7-a8d1-7f4cc3177c05"),
    ...settings,
  });
}

import type { ConfigMap, PulumiFn } from "@pulumi/pulumi/automation/index.js";

const PROJECT = "redundant-interlink";
const EXAMPLE = new URL("../examples/redundant/index.ts", import.meta.url).href;
let runs = 0;

/** `examples/redundant`, as an inline program that runs anew each time: what it exports are the stack's outputs. */
export function redundantProgram(): { projectName: string; program: PulumiFn } {
  return {
    projectName: PROJECT,
    program: async () => ({ ...(await import(/* @vite-ignore */ `${EXAMPLE}?run=${runs++}`)) }),
  };
}

/** What makes a VPC in a simulator. */
interface VpcSeed {
  vpc(vpc: { name: string; region: "fr-par" }): { id: string };
}

/** Stack configuration of the example: two PoPs in Paris and two partners, as recorded, and a VPC made for it. */
export function redundantSettings(simulator: { seed: VpcSeed }, settings: Record<string, string> = {}): ConfigMap {
  const leg = (popId: string, partnerId: string) => JSON.stringify({ popId, partnerId });
  const all = {
    vpcId: simulator.seed.vpc({ name: "redundant", region: "fr-par" }).id,
    primary: leg("fd046cc9-d9bf-4a87-9c32-d299fe4bf4d7", "89d00734-eddb-4192-8b16-bc16f0b0f5a5"),
    secondary: leg("c1165d78-bd85-4574-9958-b068a6d191f9", "930ebb71-7fb2-4ea7-a8d1-7f4cc3177c05"),
    ...settings,
  };
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [`${PROJECT}:${key}`, { value }]));
}

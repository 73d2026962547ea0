import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { COMPILE_CACHE } from "../cli.ts";

/**
 * Set-up of tests at the engine (vitest's `globalSetup`). The engine kills its plugins, and Node then keeps nothing of the
 * code that they have compiled. This one ends by itself, for want of an engine: all others start from what it leaves.
 */
export default function warmUp(): void {
  const plugin = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/dynamic-provider");
  spawnSync(process.execPath, [plugin], { env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE } });
}

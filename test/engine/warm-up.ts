import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { COMPILE_CACHE } from "../cli.ts";

/**
 * Set-up of the engine tests (vitest's `globalSetup`): fills Node's cache of compiled code. The engine kills its plugins, so
 * they never write the cache. A plugin without an engine ends by itself and does write it.
 */
export default function warmUp(): void {
  const plugin = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/dynamic-provider");
  spawnSync(process.execPath, [plugin], { env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE } });
}

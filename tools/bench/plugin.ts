/** The cost of the plugin itself: start, memory, size. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { credentials } from "@grpc/grpc-js";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb.js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { residentBytes } from "../engine-processes.ts";
import { packPlugin } from "../pack-plugin.ts";
import { repoRoot } from "../pulumi-cli.ts";
import { measurePluginState } from "./pair.ts";
import type { Samples } from "./samples.ts";

const BUNDLE = join(repoRoot, "dist", "plugin", "pulumi-resource-scaleway-interlink");
/** How long the process is idle before its memory is read. */
const REST_MS = 2000;

/** One run. */
export async function measurePlugin(samples: Samples): Promise<void> {
  await measureProcess(samples);
  await measurePluginState(samples);
  samples.note("plugin.bundle", (await promisify(gzip)(await readFile(BUNDLE))).length / 1e6);
  const folder = await mkdtemp(join(tmpdir(), "interlink-bench-"));
  try {
    samples.note("plugin.archive", (await stat(await packPlugin(folder))).size / 1e6);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measureProcess(samples: Samples): Promise<void> {
  const started = performance.now();
  // It connects to the engine only to log.
  const child = spawn(process.execPath, [BUNDLE, "127.0.0.1:1"], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [port] = await once(child.stdout, "data");
    const client = new ResourceProviderClient(`127.0.0.1:${String(port).trim()}`, credentials.createInsecure());
    await new Promise<PluginInfo>((resolve, reject) => {
      client.getPluginInfo(new empty.Empty(), (error, info) => (error ? reject(error) : resolve(info)));
    });
    samples.note("plugin.start", (performance.now() - started) / 1000);
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    samples.note("plugin.memory", (await residentBytes(child.pid ?? 0)) / 1e6);
    client.close();
  } finally {
    child.kill();
  }
}

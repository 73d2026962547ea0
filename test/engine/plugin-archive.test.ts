import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { RoutingPolicy } from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packPlugin } from "../../tools/pack-plugin.ts";
import { pulumiCli } from "../../tools/pulumi-cli.ts";
import { runCommand } from "../../tools/run-command.ts";
import { deployment } from "./harness.ts";

// Builds a release archive for this machine's system, installs it from a file and from a server, and uses it.
let folder: string;
let archive: string;
let version: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "interlink-archive-"));
  archive = await packPlugin(folder);
  ({ version } = JSON.parse(await readFile(join(import.meta.dirname, "..", "..", "package.json"), "utf8")));
});
afterAll(() => rm(folder, { recursive: true }));

/** A server that delivers archives by their file names, as a release does. */
async function archiveServer() {
  const server = createServer(async ({ url = "" }, response) => {
    if (basename(url) === basename(archive)) response.end(await readFile(archive));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

test.each(["a file", "a server"])(
  "The executable from the archive, installed from %s, serves a run without Node or this package",
  async (from) => {
    const stack = await deployment({
      ownPlugin: false,
      program: () => {
        new RoutingPolicy("allowed", { prefixFilterIn: ["10.10.0.0/16"] });
      },
    });
    const { command } = await pulumiCli();
    const server = await archiveServer();
    const where = from === "a file" ? ["-f", archive] : ["--server", server.url];
    const home = join(stack.folder, "home");
    await runCommand(command, ["plugin", "install", "resource", "scaleway-interlink", version, ...where], {
      env: { ...process.env, PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true", PATH: dirname(command) },
    });
    server.close();
    expect((await stack.up()).changes).toEqual({ "RoutingPolicy allowed": "create" });
    expect((await stack.preview()).changes).toEqual({});
    await stack.destroy();
    await stack.end();
  },
);

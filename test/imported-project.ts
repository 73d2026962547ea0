/** Uses `interlink import` as a user does: the command writes a project, and the Pulumi CLI imports and runs it. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect } from "vitest";
import { startSimulator } from "../simulator/index.ts";
import { enginePath, pulumiCli, repoRoot } from "../tools/pulumi-cli.ts";
import { runCommand } from "./cli.ts";
import { INSTANT } from "./engine/harness.ts";
import { apiCaller } from "./recordings/caller.ts";
import { PARTNER, POP, SECRET_KEY } from "./world.ts";

const run = promisify(execFile);
const LANGUAGE_HOST = join(repoRoot, "test", "engine", "language-host");

/** A VPC and an IPv4 policy. */
interface Traffic {
  vpc: string;
  policy: string;
}

/** Starts a simulator and creates an empty folder for the project. `path`: more folders for PATH. */
export async function importedProject({ path = [] }: { path?: string[] } = {}) {
  const simulator = await startSimulator({ secretKey: SECRET_KEY, partner: INSTANT });
  const { control, seed } = simulator;
  const root = await mkdtemp(join(tmpdir(), "interlink-import-"));
  const folder = join(root, "lines");
  await mkdir(join(root, "state"));
  const api = {
    SCW_API_URL: simulator.url,
    SCW_DEFAULT_PROJECT_ID: simulator.projectId,
    SCW_CONFIG_PATH: "/dev/null",
    SCW_SECRET_KEY: SECRET_KEY,
  };
  const call = apiCaller(simulator, "fr-par", SECRET_KEY);

  /** Runs the Pulumi CLI in the project and returns its output and exit code. */
  const pulumi = async (...args: string[]): Promise<{ code: number; output: string }> => {
    const { command } = await pulumiCli();
    const env = {
      ...{ HOME: root, ...api },
      PATH: [...path, LANGUAGE_HOST, dirname(command), enginePath()].join(delimiter),
      PULUMI_BACKEND_URL: pathToFileURL(join(root, "state")).href,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    };
    const settings = { cwd: folder, env };
    const done = await run(command, [...args, "--non-interactive", "--color=never"], settings).catch((error) => error);
    return { code: done.code ?? 0, output: `${done.stdout}${done.stderr}` };
  };

  /** The calls of `work` that are not reads, such as `PATCH links`. */
  const writesOf = async (work: () => Promise<unknown>): Promise<string[]> => {
    const before = control.requests().at(-1)?.n ?? 0;
    await work();
    const writes = control.requests().filter(({ n, method }) => n > before && method !== "GET");
    return writes.map((write) => `${write.method} ${write.path.split("/").at(-2)}`);
  };

  return {
    simulator,
    root,
    folder,
    pulumi,
    writesOf,
    /** Runs `interlink import` into the folder. */
    interlink: (...args: string[]) => runCommand(["import", "--out", folder, ...args], api),

    /** A VPC and a policy, as created in the console. */
    network: (): Traffic => ({
      vpc: seed.vpc({ name: "production" }).id,
      policy: seed.routingPolicy({ name: "ours v4", prefixFilterIn: ["10.10.0.0/16"] }).id,
    }),

    /** A link with route propagation, as ordered and configured in the console. */
    async byHand(name: string, pop_id: string, { vpc, policy }: Traffic) {
      const order = { name, pop_id, partner_id: PARTNER.franceIX, bandwidth_mbps: 50, tags: ["ours"] };
      const link = seed.link({ ...order, provisioned: true });
      await call("POST", `links/${link.id}/attach-vpc`, { vpc_id: vpc });
      await call("POST", `links/${link.id}/attach-routing-policy`, { routing_policy_id: policy });
      await call("POST", `links/${link.id}/enable-route-propagation`, {});
      return link;
    },

    /** A pair on one VPC, and a single link. */
    async pairAndLink(): Promise<void> {
      const pair = this.network();
      await this.byHand("paris-th2", POP.TH2, pair);
      await this.byHand("paris-dc3", POP.DC3, pair);
      await this.byHand("lab", POP.TH2, this.network());
    },

    /** Adds the packages to a TypeScript project, and expects it to compile without errors. */
    async install(): Promise<void> {
      await symlink(join(repoRoot, "node_modules"), join(folder, "node_modules"));
      const compiler = join(repoRoot, "node_modules", "typescript", "bin", "tsc");
      const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--skipLibCheck"];
      const checked = await run(process.execPath, [compiler, ...options, "index.ts"], { cwd: folder }).catch((e) => e);
      expect(checked.stdout).toBe("");
    },

    /** Follows the last lines of the command's output, up to the import. */
    async importIntoStack(): Promise<void> {
      expect(await pulumi("stack", "init", "production")).toMatchObject({ code: 0 });
      const { code, output } = await pulumi("import", "--file", "import.json", "--generate-code=false", "--yes");
      expect(code, output).toBe(0);
      expect(output).not.toMatch(/failed to validate|error/);
    },

    /**
     * Expects an empty preview, an `up` without writes, and the pairing keys encrypted in the state. A refresh comes first:
     * it fills in what the import file lacks.
     */
    async expectNoChange(): Promise<void> {
      const writes = await writesOf(async () => {
        expect(await pulumi("refresh", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
        for (const command of [["preview"], ["up", "--yes", "--skip-preview"]]) {
          const { code, output } = await pulumi(...command, "--expect-no-changes");
          expect(code, output).toBe(0);
        }
      });
      expect(writes).toEqual([]);
      expect(control.counters()).toMatchObject({ withdrawals: [], doubleOrders: 0 });

      const files = await readdir(root, { recursive: true, withFileTypes: true });
      const texts = await Promise.all(
        files.flatMap((file) => (file.isFile() ? [readFile(join(file.parentPath, file.name), "latin1")] : [])),
      );
      const { output: state } = await pulumi("stack", "export", "--show-secrets");
      for (const { partner, name } of control.snapshot().links) {
        const key = partner?.pairing_key ?? "";
        expect(texts.filter((text) => text.includes(key))).toEqual([]);
        if (state.includes(`"${name}"`)) expect(state).toContain(key);
      }
    },

    async end(): Promise<void> {
      await simulator.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** An imported project. */
export type ImportedProject = Awaited<ReturnType<typeof importedProject>>;

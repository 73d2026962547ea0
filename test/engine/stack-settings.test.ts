import { delimiter, dirname, join } from "node:path";
import { InterLink } from "pulumi-scaleway-interlink";
import { afterAll, expect, test } from "vitest";
import { enginePath, pulumiCli } from "../../tools/pulumi-cli.ts";
import { runCommand } from "../cli.ts";
import { PARTNER, POP, PROJECT, SECRET_KEY } from "../world.ts";
import { deployment } from "./harness.ts";

// Key, project, URL and region are only in the stack's configuration, as after the quick start.
const it = await deployment({
  simulator: { partner: {}, projectId: PROJECT, secretKey: SECRET_KEY },
  env: { SCW_API_URL: "", SCW_SECRET_KEY: "", SCW_DEFAULT_PROJECT_ID: "" },
  program: () => {
    new InterLink("line", { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 1000 });
  },
});
afterAll(() => it.end());

const SLOW = 120_000;

/** Runs an `interlink` command with the real Pulumi CLI on PATH, and without Scaleway's environment variables. */
async function interlink(args: string[], env: Record<string, string> = {}, stack = "dev") {
  const { command } = await pulumiCli();
  const { PULUMI_BACKEND_URL = "", PULUMI_CONFIG_PASSPHRASE = "" } = it.stack.workspace.envVars;
  return runCommand([...args, "--stack", stack, "--cwd", join(it.folder, "project")], {
    PATH: [dirname(command), enginePath()].join(delimiter),
    PULUMI_BACKEND_URL,
    PULUMI_CONFIG_PASSPHRASE,
    PULUMI_HOME: join(it.folder, "home"),
    SCW_CONFIG_PATH: "/dev/null",
    ...env,
  });
}

test(
  "interlink status, wait and pairing-key read their settings from the stack's configuration, and print no secret key",
  async () => {
    await it.stack.setAllConfig({
      "scaleway:secretKey": { value: SECRET_KEY, secret: true },
      "scaleway:projectId": { value: PROJECT },
      "scaleway:apiUrl": { value: it.simulator.url },
      "scaleway:region": { value: "fr-par" },
    });
    await it.up();
    const link = it.link("line");

    const status = await interlink(["status"]);
    expect(status).toMatchObject({ code: 0, stderr: "" });
    expect(status.stdout).toContain(`${link.name}  Requesting`);
    expect(status.stdout).not.toContain(link.partner?.pairing_key);

    expect(await interlink(["pairing-key", "--owner", "interlink/dev", "--quiet"])).toEqual({
      code: 0,
      stdout: `${link.partner?.pairing_key}\n`,
      stderr: "",
    });

    const elsewhere = await interlink(["status", "--region", "nl-ams", "--json"]);
    expect(JSON.parse(elsewhere.stdout)).toEqual({ region: "nl-ams", projectId: PROJECT, links: [] });

    it.control.provision(link.id);
    const wait = await interlink(["wait", link.name]);
    expect(wait).toMatchObject({ code: 0, stdout: expect.stringContaining(": Active\n") });

    const locked = await interlink(["status"], { PULUMI_CONFIG_PASSPHRASE: "not the passphrase" });
    expect([locked.code, locked.stdout]).toEqual([1, ""]);
    expect(locked.stderr).toMatch(/^error: reading the configuration of stack dev: .*incorrect passphrase/);
    expect(locked.stderr).toContain("PULUMI_CONFIG_PASSPHRASE");
    for (const { stdout, stderr } of [status, wait, locked]) expect(stdout + stderr).not.toContain(SECRET_KEY);
  },
  SLOW,
);

test(
  "interlink status says that the stack or the Pulumi CLI is missing",
  async () => {
    const nowhere = await interlink(["status"], {}, "nowhere");
    expect(nowhere).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/stack nowhere: .*no stack named/),
    });
    const without = await interlink(["status"], { PATH: "/nowhere" });
    expect(without).toMatchObject({ code: 1, stdout: "" });
    expect(without.stderr).toMatch(/^error: reading the configuration of stack dev: the Pulumi CLI is not on PATH\n/);
  },
  SLOW,
);

test(
  "interlink reads the plugin's own namespace of a stack that has one, as the plugin does",
  async () => {
    await it.stack.removeAllConfig(Object.keys(await it.stack.getAllConfig()));
    await it.stack.setAllConfig({
      "scaleway:region": { value: "nl-ams" },
      "scaleway-interlink:secretKey": { value: SECRET_KEY, secret: true },
      "scaleway-interlink:projectId": { value: PROJECT },
      "scaleway-interlink:apiUrl": { value: it.simulator.url },
    });
    const status = await interlink(["status", "--json"]);
    expect(status).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(status.stdout)).toMatchObject({ region: "fr-par", projectId: PROJECT });
    await it.stack.removeConfig("scaleway-interlink:projectId");
    const without = await interlink(["status"]);
    expect(without.stderr).toContain("`pulumi config set scaleway-interlink:projectId …`");
    const project = await interlink(["status", "--project", PROJECT, "--region", "pl-waw", "--json"]);
    expect(JSON.parse(project.stdout)).toMatchObject({ region: "pl-waw", projectId: PROJECT });
  },
  SLOW,
);

/** FRRouting and BIRD, by which the router configurations are tested: Debian's packages, installed where that can be done. */
import { access, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withLock } from "./lock.ts";
import { withProgress } from "./progress.ts";
import { runCommand } from "./run-command.ts";

const PACKAGES = ["frr", "frr-pythontools", "bird2", "iproute2"];
const PROGRAMS = ["/usr/bin/vtysh", "/usr/lib/frr/frr-reload.py", "/usr/sbin/bird", "/usr/sbin/ip"];
/** What a Debian package asks before it starts its service (invoke-rc.d(8)). */
const POLICY = "/usr/sbin/policy-rc.d";

/** Where daemons lie, and what dpkg needs: a user's own PATH may leave it out. */
export const systemPath = (): string => `${process.env.PATH}:/usr/sbin:/sbin`;

/** Set-up of the test run (vitest's `globalSetup`). Tests that need what can't be had are skipped, and this says so. */
export default async function setup(): Promise<void> {
  if (await installed()) return;
  try {
    await withLock(join(tmpdir(), "interlink-router-daemons.lock"), "installing FRRouting and BIRD", async () => {
      if (!(await installed())) await withProgress("Installing FRRouting and BIRD", install);
    });
  } catch (error) {
    console.error(`⚠ Tests against FRRouting and BIRD are SKIPPED: ${error instanceof Error ? error.message : error}`);
  }
}

async function installed(): Promise<boolean> {
  const found = await Promise.all(PROGRAMS.map(exists));
  return found.every(Boolean);
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

async function install(): Promise<void> {
  if (process.getuid?.() !== 0 || !(await exists("/usr/bin/apt-get"))) {
    throw new Error(`they are not installed. On Debian, as root: apt-get install ${PACKAGES.join(" ")}`);
  }
  // The daemons are not to start: the tests start their own, each in a network of its own.
  const quiet = !(await exists(POLICY));
  if (quiet) await writeFile(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    const get = ["install", "-y", "--no-install-recommends", ...PACKAGES];
    await apt(get).catch(() => apt(["update"]).then(() => apt(get)));
  } finally {
    if (quiet) await rm(POLICY, { force: true });
  }
}

const apt = (args: string[]) =>
  runCommand("apt-get", args, {
    env: { ...process.env, PATH: systemPath(), DEBIAN_FRONTEND: "noninteractive" },
    timeout: 300_000,
  });

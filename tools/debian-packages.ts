/** Installs Debian packages that some tests need, where that is possible. */
import { access, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withLock } from "./lock.ts";
import { withProgress } from "./progress.ts";
import { runCommand } from "./run-command.ts";

/** Packages that some tests need. */
export interface Needed {
  /** Name in messages: `FRRouting and BIRD`. */
  title: string;
  packages: readonly string[];
  /** Files that exist once all packages are installed. */
  programs: readonly string[];
}

/** The script that decides whether a Debian package may start its service (invoke-rc.d(8)). */
const POLICY = "/usr/sbin/policy-rc.d";

/** A PATH with the folders of daemons, which dpkg needs too: a user's own PATH may lack them. */
export const systemPath = (): string => `${process.env.PATH}:/usr/sbin:/sbin`;

/** Installs the packages if they are missing. If it cannot, it prints that their tests are skipped. */
export async function provide(needed: Needed): Promise<void> {
  const { title } = needed;
  if (await installed(needed)) return;
  try {
    // One lock for all packages, because apt has only one too.
    await withLock(join(tmpdir(), "interlink-debian-packages.lock"), `installing ${title}`, async () => {
      if (!(await installed(needed))) await withProgress(`Installing ${title}`, () => install(needed));
    });
  } catch (error) {
    console.error(`⚠ Tests against ${title} are SKIPPED: ${error instanceof Error ? error.message : error}`);
  }
}

async function installed({ programs }: Needed): Promise<boolean> {
  const found = await Promise.all(programs.map(exists));
  return found.every(Boolean);
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

async function install({ packages }: Needed): Promise<void> {
  if (process.getuid?.() !== 0 || !(await exists("/usr/bin/apt-get"))) {
    throw new Error(`not installed. On Debian, run as root: apt-get install ${packages.join(" ")}`);
  }
  // No service may start: the tests start their own.
  const quiet = !(await exists(POLICY));
  if (quiet) await writeFile(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    const get = ["install", "-y", "--no-install-recommends", ...packages];
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

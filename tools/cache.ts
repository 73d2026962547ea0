/** What is fetched or built once and kept for the runs that follow. */
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { withLock } from "./lock.ts";
import { withProgress } from "./progress.ts";

/** The folder of all that is kept. */
export const cacheFolder = (): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-scaleway-interlink");

/**
 * A kept folder with this name, filled first where there is none yet. Put into the name all that its content follows from.
 * An interrupted try leaves only a folder that the next try removes.
 */
export async function kept(name: string, title: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  return withLock(`${folder}.lock`, `making ${name}`, async () => {
    if (existsSync(folder)) return folder;
    const partial = `${folder}.partial`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial);
    await withProgress(title, () => fill(partial));
    await rename(partial, folder);
    return folder;
  });
}

/** Keeps what is fetched or built once for later runs. */
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { withLock } from "./lock.ts";
import { withProgress } from "./progress.ts";

/** The cache folder. */
export const cacheFolder = (): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-scaleway-interlink");

/**
 * A folder in the cache with this name, filled if it does not exist yet. The name must contain everything that determines
 * the content. An interrupted attempt leaves only a folder that the next one removes.
 */
export async function kept(name: string, title: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (existsSync(folder)) return folder;
  return withLock(`${folder}.lock`, `building ${name}`, async () => {
    if (existsSync(folder)) return folder;
    const partial = `${folder}.partial`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial);
    await withProgress(title, () => fill(partial));
    await rename(partial, folder);
    return folder;
  });
}

/** A lock between processes: a file that names its holder. */
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withProgress } from "./progress.ts";

const RETRY_MS = 500;

/** Runs a task while no other process that asks for the same lock file runs its own. */
export async function withLock<T>(lockFile: string, what: string, task: () => Promise<T>): Promise<T> {
  await mkdir(dirname(lockFile), { recursive: true });
  if (!(await tryLock(lockFile))) {
    await withProgress(`Waiting for another process that is ${what}`, async () => {
      while (!(await tryLock(lockFile))) await sleep(RETRY_MS);
    });
  }
  try {
    return await task();
  } finally {
    await rm(lockFile, { force: true });
  }
}

async function tryLock(lockFile: string): Promise<boolean> {
  // Written aside and linked: so a lock file is never seen without its holder's id.
  const mine = `${lockFile}.${process.pid}`;
  await writeFile(mine, String(process.pid));
  try {
    await link(mine, lockFile);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    await removeIfHolderIsGone(lockFile);
    return false;
  } finally {
    await rm(mine, { force: true });
  }
}

/** Another may find the same dead holder: it takes the lock a whole RETRY_MS later, long after both have removed it. */
async function removeIfHolderIsGone(lockFile: string): Promise<void> {
  const holder = Number(await readFile(lockFile, "utf8").catch(() => ""));
  if (holder > 0 && !isRunning(holder)) await rm(lockFile, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

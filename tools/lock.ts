/** A lock between processes: a folder that its holder updates regularly, so that the lock of a dead process expires. */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { type LockOptions, lock } from "proper-lockfile";
import { withProgress } from "./progress.ts";

const RETRY_MS = 500;

/** Runs a task under a lock: no two processes hold it at once. The lock of a dead process expires after 10 s. */
export async function withLock<T>(lockFolder: string, what: string, task: () => Promise<T>): Promise<T> {
  await mkdir(dirname(lockFolder), { recursive: true });
  const acquire = (retries: LockOptions["retries"]) =>
    lock(lockFolder, { lockfilePath: lockFolder, realpath: false, retries });
  const release = await acquire(0).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ELOCKED") throw error;
    return withProgress(`Waiting for another process that is ${what}`, () =>
      acquire({ forever: true, factor: 1, minTimeout: RETRY_MS }),
    );
  });
  try {
    return await task();
  } finally {
    await release();
  }
}

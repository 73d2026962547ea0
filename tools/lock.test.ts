import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withLock } from "./lock.ts";

let lock: string;
beforeAll(async () => {
  lock = join(await mkdtemp(join(tmpdir(), "interlink-lock-")), "sub", "cli.lock");
});
afterAll(() => rm(dirname(dirname(lock)), { recursive: true }));

/** Starts a process that holds the lock for this long and prints when it acquired and released it. */
function holder(ms: number) {
  const module = new URL("lock.ts", import.meta.url).href;
  const program = `
    import { setTimeout as sleep } from "node:timers/promises";
    const { withLock } = await import(${JSON.stringify(module)});
    await withLock(${JSON.stringify(lock)}, "holding", async () => {
      console.log(Date.now());
      await sleep(${ms});
      console.log(Date.now());
    });`;
  return spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "ignore"] });
}

async function hold(): Promise<{ acquired: number; released: number }> {
  const [acquired = Number.NaN, released = Number.NaN] = (await text(holder(100).stdout))
    .trim()
    .split("\n")
    .map(Number);
  return { acquired, released };
}

test("Three processes hold the lock one after the other", async () => {
  const held = (await Promise.all([hold(), hold(), hold()])).sort((a, b) => a.acquired - b.acquired);
  for (const [index, { acquired, released }] of held.entries()) {
    expect(released).toBeGreaterThanOrEqual(acquired);
    const previous = held[index - 1];
    if (previous) expect(acquired).toBeGreaterThanOrEqual(previous.released);
  }
});

test("The lock of a killed process expires, and no files remain after the next release", async () => {
  const killed = holder(600_000);
  await once(killed.stdout, "data");
  killed.kill("SIGKILL");
  await once(killed, "close");
  expect(await readdir(dirname(lock))).toEqual([basename(lock)]);
  const tenSecondsAgo = new Date(Date.now() - 11_000);
  await utimes(lock, tenSecondsAgo, tenSecondsAgo);
  await expect(withLock(lock, "testing", async () => "done")).resolves.toBe("done");
  expect(await readdir(dirname(lock))).toEqual([]);
});

test("A task that fails releases the lock", async () => {
  await expect(withLock(lock, "testing", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await expect(withLock(lock, "testing", async () => "next")).resolves.toBe("next");
});

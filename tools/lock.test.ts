import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withLock } from "./lock.ts";

let lockFile: string;
beforeAll(async () => {
  lockFile = join(await mkdtemp(join(tmpdir(), "interlink-lock-")), "sub", "cli.lock");
});
afterAll(() => rm(dirname(dirname(lockFile)), { recursive: true }));

/** Holds the lock in a process of its own for a while, and tells when it got and left it. */
function hold(): Promise<[got: number, left: number]> {
  const module = new URL("lock.ts", import.meta.url).href;
  const program = `
    import { setTimeout as sleep } from "node:timers/promises";
    const { withLock } = await import(${JSON.stringify(module)});
    await withLock(${JSON.stringify(lockFile)}, "holding", async () => {
      const got = Date.now();
      await sleep(300);
      console.log(JSON.stringify([got, Date.now()]));
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  child.stdout.on("data", (text) => {
    output += text;
  });
  return once(child, "close").then(() => JSON.parse(output));
}

test("three processes hold it one after the other", async () => {
  const held = (await Promise.all([hold(), hold(), hold()])).sort(([a], [b]) => a - b);
  for (const [index, [got]] of held.entries()) {
    const previous = held[index - 1];
    if (previous) expect(got).toBeGreaterThanOrEqual(previous[1]);
  }
});

test("a holder that died does not keep it, and nothing is left behind", async () => {
  const dead = spawn(process.execPath, ["-e", ""]);
  await once(dead, "close");
  await writeFile(lockFile, String(dead.pid));
  await expect(withLock(lockFile, "testing", async () => "done")).resolves.toBe("done");
  expect(await readdir(dirname(lockFile))).toEqual([]);
});

test("a task that fails gives it back", async () => {
  await expect(withLock(lockFile, "testing", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await expect(withLock(lockFile, "testing", async () => "next")).resolves.toBe("next");
});

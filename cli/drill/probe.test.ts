import { describe, expect, test } from "vitest";
import { probeBy } from "./probe.ts";

describe("Probes", () => {
  const node = (script: string, seconds?: number) => probeBy([process.execPath, "-e", script], seconds)();
  test("A probe succeeds with exit code 0, and otherwise returns what failed", async () => {
    expect(await node("")).toBeUndefined();
    expect(await node("process.exit(3)")).toMatch(/failed \(exit code 3\)$/);
    expect(await node("process.kill(process.pid, 'SIGTERM')")).toMatch(/failed \(SIGTERM\)$/);
    expect(await probeBy(["/nowhere/ping"])()).toMatch(/^cannot start the probe \/nowhere\/ping: .*ENOENT/);
  });
  test("A probe that does not finish in time fails", async () => {
    expect(await node("setInterval(() => {}, 1000)", 0.2)).toMatch(/did not finish within 0\.2 s$/);
  });
});

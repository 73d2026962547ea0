import { describe, expect, test } from "vitest";
import { probeBy } from "./probe.ts";

describe("Probes", () => {
  const node = (script: string, seconds?: number) => probeBy([process.execPath, "-e", script], seconds)();
  test("A probe is well where its exit code is 0, and else says why not", async () => {
    expect(await node("")).toBeUndefined();
    expect(await node("process.exit(3)")).toMatch(/failed \(exit code 3\)$/);
    expect(await node("process.kill(process.pid, 'SIGTERM')")).toMatch(/failed \(SIGTERM\)$/);
    expect(await probeBy(["/nowhere/ping"])()).toMatch(/^the probe \/nowhere\/ping does not start: .*ENOENT/);
  });
  test("A probe that does not end is a failure", async () => {
    expect(await node("setInterval(() => {}, 1000)", 0.2)).toMatch(/did not end within 0\.2 s$/);
  });
});

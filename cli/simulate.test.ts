import { once } from "node:events";
import { createServer } from "node:net";
import { request } from "undici";
import { expect, test } from "vitest";
import { runCommand, startCommand } from "../test/cli.ts";

test.each(["SIGINT", "SIGTERM"] as const)(
  "interlink simulate serves until %s, and logs one line per request",
  async (signal) => {
    const child = startCommand(["simulate", "--port", "0", "--partner-provisions-after", "0"]);
    const introduction = await child.says("Requests:");
    const url = /SCW_API_URL=(\S+)/.exec(introduction)?.[1] ?? "";
    const key = /SCW_SECRET_KEY=(\S+)/.exec(introduction)?.[1] ?? "";
    const path = "/interlink/v1beta1/regions/fr-par/partners";
    const answer = await request(url + path, { headers: { "X-Auth-Token": key } });
    expect(await answer.body.json()).toMatchObject({ total_count: 2 });
    await child.says(`1 GET ${path} → 200`);
    child.kill(signal);
    expect(await child.ended).toMatchObject({ code: 0, stderr: "" });
  },
  20_000,
);

test.concurrent.each([
  ["--port", "http"],
  ["--speed", "0"],
  ["--settle", "-1"],
  ["--colour", "red"],
  ["--state-file", import.meta.filename],
])(
  "interlink simulate rejects %s %s with one line",
  async (option, value) => {
    const { code, stdout, stderr } = await runCommand(["simulate", "--port", "0", option, value]);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(option === "--state-file" ? value : option);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  },
  20_000,
);

test("interlink simulate names a port that is in use, and how to choose another", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const { code, stderr } = await runCommand(["simulate", "--port", String(port)]);
  other.close();
  expect(code).toBe(1);
  expect(stderr).toBe(`error: port ${port} is in use: give another one with --port, or 0 for any free port\n`);
}, 20_000);

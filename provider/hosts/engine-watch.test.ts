import { connect as connectHttp2, createServer, type Http2Server } from "node:http2";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { engineAddress, watchEngine } from "./engine-watch.ts";

// An engine as its plugin sees it: its own server, and a connection to the plugin's server.
const open: (Server | Http2Server)[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});
async function listening<S extends Server | Http2Server>(server: S): Promise<[S, string]> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return [server, `127.0.0.1:${(server.address() as AddressInfo).port}`];
}
async function engine() {
  const [own, address] = await listening(createTcpServer());
  const ended = Promise.withResolvers<void>();
  let hasEnded = false;
  const watch = watchEngine(address, () => {
    hasEnded = true;
    ended.resolve();
  });
  const plugin = createServer((_, response) => response.end());
  const [, pluginAddress] = await listening(plugin);
  const connection = connectHttp2(`http://${pluginAddress}`);
  const call = (path: string) =>
    new Promise<void>((resolve) => {
      const stream = connection.request({ ":path": path });
      stream.on("close", resolve);
      stream.resume().end();
    });
  await call("/pulumirpc.ResourceProvider/Check");
  return {
    watch,
    call,
    ended: ended.promise,
    hasEnded: () => hasEnded,
    closeConnection: () => new Promise<void>((resolve) => connection.close(resolve)),
    kill: async () => {
      await new Promise((resolve) => own.close(resolve));
      connection.destroy();
    },
  };
}

test("The process ends once the engine's connection is closed and its server refuses connections", async () => {
  const { kill, ended } = await engine();
  await kill();
  await ended;
});

test("No change is confirmed after the engine has died", async () => {
  const { watch, kill, ended } = await engine();
  await watch.confirm();
  await kill();
  let confirmed = false;
  void watch.confirm().then(() => {
    confirmed = true;
  });
  await ended;
  await new Promise((resolve) => setImmediate(resolve));
  expect(confirmed).toBe(false);
});

test("An engine that has only closed an idle connection counts as alive", async () => {
  const { watch, closeConnection, hasEnded } = await engine();
  await closeConnection();
  await watch.confirm();
  expect(hasEnded()).toBe(false);
});

test("The engine's Cancel interrupts the run, other calls do not", async () => {
  const { watch, call } = await engine();
  expect(watch.interruption.aborted).toBe(false);
  await call("/pulumirpc.ResourceProvider/Cancel");
  expect(watch.interruption.aborted).toBe(true);
});

test.each([
  [["127.0.0.1:4180"], "127.0.0.1:4180"],
  [["-v=9", "--tracing=http://127.0.0.1:9411/api", "127.0.0.1:4180", "/work"], "127.0.0.1:4180"],
  [["[::1]:4180"], "[::1]:4180"],
  [[], undefined],
  [["--logtostderr"], undefined],
])("The engine's address in the arguments %j is %s", (args, address) => {
  expect(engineAddress(args)).toBe(address);
});

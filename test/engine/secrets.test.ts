import { InterLink } from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/index.ts";
import { PARTNER, POP, SECRET_KEY } from "../world.ts";
import { type Deployment, deployment, INSTANT } from "./harness.ts";

// Neither the secret key nor a pairing key appears anywhere in plain text.
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ partner: { ...INSTANT, provisionAfterSeconds: 3600 } });
});

afterAll(() => simulator.stop());

const program = (bandwidthMbps = 50) => {
  const link = new InterLink("line", { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps });
  return { pairingKey: link.pairingKey, nextStep: link.nextStep };
};

const inEnvironment = { SCW_SECRET_KEY: SECRET_KEY, SCW_DEBUG: "1" };
const inConfig = { "scaleway:secretKey": { value: SECRET_KEY, secret: true } };

test.each([
  { where: "the environment", env: inEnvironment, config: {} },
  { where: "the stack's configuration", env: { SCW_SECRET_KEY: "", SCW_DEBUG: "1" }, config: inConfig },
])(
  "No key appears in plain text with the key in $where: in up, refresh, preview, an error and destroy",
  async ({ env, config }) => {
    const stack = await deployment({ shared: simulator, program: () => program(), env, config });
    await stack.up();
    const outputs = await stack.outputs();
    const pairingKey = simulator.control.snapshot().links[0]?.partner?.pairing_key ?? "none";
    expect(outputs.pairingKey).toEqual({ value: pairingKey, secret: true });
    await expectSecret(stack, pairingKey);

    await stack.refresh();
    expect((await stack.outputs()).pairingKey).toEqual({ value: pairingKey, secret: true });
    await expectSecret(stack, pairingKey);

    await stack.preview({ expectNoChanges: true, diff: true });
    simulator.control.addFault({
      kind: "status",
      status: 403,
      body: { type: "permissions_denied", message: "no" },
      method: "DELETE",
    });
    await stack.destroyFails();
    await stack.destroy();
    await expectSecret(stack, pairingKey);
    await stack.end();
  },
);

test("No key appears in plain text after a half-done create, nor after the up that continues it", async () => {
  // The order is placed, but reading it while it is configuring is refused.
  const own = await startSimulator({ partner: INSTANT, settleSeconds: 1 });
  const stack = await deployment({ shared: own, program: () => program(), env: { SCW_DEBUG: "1" } });
  own.control.addFault({
    kind: "status",
    status: 403,
    body: { type: "permissions_denied", message: "no", details: [{ resource: "interlink", action: "read" }] },
    method: "GET",
    path: "/links$",
    // The first list is read before the order.
    after: 1,
  });
  await stack.upFails();
  const [link] = own.control.snapshot().links;
  const pairingKey = link?.partner?.pairing_key ?? "none";
  expect((await stack.state()).find(({ type }) => type.endsWith(":InterLink"))).toMatchObject({ id: link?.id });
  await expectSecret(stack, pairingKey);

  const { changes } = await stack.up();
  const outputs = await stack.outputs();
  expect(changes).toEqual({ "InterLink line": "update" });
  expect(outputs.pairingKey).toEqual({ value: pairingKey, secret: true });
  expect(own.control.snapshot().links).toHaveLength(1);
  await expectSecret(stack, pairingKey);

  await stack.destroy();
  expect(own.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0 });
  await stack.end();
  await own.stop();
});

/** Searches every file of the stack (state, its backups and history, settings, logs) and all output. */
async function expectSecret(stack: Deployment, pairingKey: string) {
  const texts = await stack.texts();
  expect(texts.length).toBeGreaterThan(3);
  expect(texts.some(({ where }) => where.includes("history"))).toBe(true);
  for (const secret of [SECRET_KEY, pairingKey]) {
    expect(texts.filter(({ text }) => text.includes(secret)).map(({ where }) => where)).toEqual([]);
  }
}

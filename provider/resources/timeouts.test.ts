import { expect, test } from "vitest";
import { routePropagation, vpcAttachment } from "../../test/handlers.ts";
import { worldOfFile } from "../../test/world.ts";

// Pulumi's `customTimeouts`, in seconds, as the classes pass them.
const w = await worldOfFile();
const WAIT = { whenNotActive: "wait", whenNotReady: "wait" } as const;

test.each<[string, { timeoutSeconds?: number }, number]>([
  ["customTimeouts limit the wait of a create", {}, 60],
  ["timeoutSeconds wins over customTimeouts", { timeoutSeconds: 90 }, 90],
])("%s", async (_, more, seconds) => {
  const { id: linkId } = await w.order();
  const __timeouts = { create: 60, update: 5 };
  const vpcId = w.simulator.seed.vpc({ name: "mine" }).id;
  const routingPolicyV4Id = w.simulator.seed.routingPolicy({ name: "p", prefixFilterIn: ["10.0.0.0/8"] }).id;
  const over = new RegExp(`after ${seconds} s`);
  const { whenNotActive, whenNotReady } = WAIT;
  await expect(vpcAttachment.create(w.run(), { linkId, vpcId, whenNotActive, __timeouts, ...more })).rejects.toThrow(
    over,
  );
  await expect(
    routePropagation.create(w.run(), { linkId, routingPolicyV4Id, whenNotReady, __timeouts, ...more }),
  ).rejects.toThrow(over);
});

test("An update uses its own customTimeouts", async () => {
  const { id: linkId } = await w.order();
  const vpcId = w.simulator.seed.vpc({ name: "mine" }).id;
  const deferred = { linkId, vpcId, whenNotActive: "defer" as const };
  const { id, state } = await vpcAttachment.create(w.run(), deferred);
  const news = { ...deferred, whenNotActive: "wait" as const, __timeouts: { create: 60, update: 5 } };
  await expect(vpcAttachment.update(w.run(), id, state, news)).rejects.toThrow(/after 5 s/);
});

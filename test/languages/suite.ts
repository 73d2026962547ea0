/** What a program in another language has to be able to do: one text for all of them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Deployment, type DeploymentOptions, deployment } from "../engine/harness.ts";

/** Both links, their VPC attachments and routes, the two policies, and the component that they are of. */
const PAIR = {
  "RedundantInterLink line": "create",
  "RoutingPolicy line-ipv4": "create",
  "RoutingPolicy line-ipv6": "create",
  "InterLink line-primary": "create",
  "VpcAttachment line-primary": "create",
  "RoutePropagation line-primary": "create",
  "InterLink line-secondary": "create",
  "VpcAttachment line-secondary": "create",
  "RoutePropagation line-secondary": "create",
};

const isWrite = (request: string) => !request.startsWith("GET ");

/** How one language runs a project's program. */
export interface Language {
  /** The example's folder. */
  project: string;
  /** Makes what it needs; a text says why it cannot be had here. */
  prepare(): Promise<Partial<DeploymentOptions>>;
}

/** The example of a language, from its first preview to its end. */
export function exampleSuite(language: Language, missing: string | undefined): void {
  describe.skipIf(missing !== undefined)(
    `${language.project}${missing === undefined ? "" : ` (skipped: ${missing})`}`,
    () => {
      let stack: Deployment;
      beforeAll(async () => {
        stack = await deployment({
          simulator: { partner: { deprovisionAfterSeconds: 0 } },
          project: language.project,
          config: { "redundant-interlink:vpc": { value: "production" } },
          ...(await language.prepare()),
        });
        stack.simulator.seed.vpc({ name: "production", region: "fr-par" });
      });
      afterAll(() => stack?.end());

      test("a preview shows the pair, with names looked up, and orders nothing", async () => {
        let changes: object = {};
        const requests = await stack.requestsOf(async () => {
          ({ changes } = await stack.preview());
        });
        expect(changes).toEqual(PAIR);
        expect(requests.filter(isWrite)).toEqual([]);
      });

      test("up orders both links and ends well, and the pairing keys are secret", async () => {
        const { changes } = await stack.up();
        const { health, nextSteps, pairingKeys } = await stack.outputs();
        expect(changes).toEqual(PAIR);
        expect(health?.value).toBe("provisioning");
        expect(nextSteps?.value).toMatchObject({
          primary: expect.stringMatching(/^By \d+ \w+, give the pairing key to FranceIX: /),
          secondary: expect.stringMatching(/^By \d+ \w+, give the pairing key to FreePro: /),
        });
        expect(pairingKeys?.secret).toBe(true);
        expect(pairingKeys?.value).toMatchObject({ primary: expect.any(String), secondary: expect.any(String) });
      });

      test("once the partners are done, up opens the routes of both links", async () => {
        for (const { id } of stack.control.snapshot().links) stack.control.provision(id);
        await stack.up({ refresh: true });
        expect((await stack.outputs()).health?.value).toBe("redundant");
      });

      test("nothing is left to do", async () => {
        const requests = await stack.requestsOf(() => stack.preview({ expectNoChanges: true }));
        expect(requests.filter(isWrite)).toEqual([]);
      });

      test("destroy deletes it all, and no call was out of order, withdrew a route or ordered twice", async () => {
        const withdrawnByDestroy = stack.control.counters().withdrawals;
        await stack.destroy();
        expect(withdrawnByDestroy).toEqual([]);
        expect(stack.control.snapshot()).toMatchObject({ routingPolicies: [] });
        expect(stack.control.snapshot().links.every(({ status }) => status === "deleted")).toBe(true);
        expect(stack.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, unhandled: [] });
      });
    },
  );
}

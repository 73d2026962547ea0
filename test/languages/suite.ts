/** The tests that programs in all other languages must pass. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Deployment, type DeploymentOptions, deployment } from "../engine/harness.ts";
import { PARTNER, POP } from "../world.ts";

/** The component with both links, their VPC attachments and route propagation, and the two policies. */
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

/** The mark of a secret in an exported state. */
const SECRET = "4dabf18193072939515e22adb298388d";

/** Runs a project's program in one language. */
export interface Language {
  /** The example's folder. */
  project: string;
  /** Prepares the tools for its runs. */
  prepare(): Promise<Partial<DeploymentOptions>>;
  /**
   * Imports a link as `theirs` into the empty stack, with a program that declares it and exports the display names of the
   * PoPs in Paris as `pops`. Returns the settings to run that program.
   */
  importLink(stack: Deployment, id: string): Promise<object>;
}

/** Imports with Pulumi's option `import`, in a program of the driver. */
export async function importByOption(stack: Deployment, id: string): Promise<object> {
  const settings = { program: "imports" };
  await stack.stack.setConfig("redundant-interlink:linkId", { value: id });
  await stack.up(settings);
  return settings;
}

/** The requests of `work` that are not reads. */
export const writesOf = async (stack: Deployment, work: () => Promise<unknown>): Promise<string[]> =>
  (await stack.requestsOf(work)).filter((request) => !request.startsWith("GET "));

/** Tests a language's example from its first preview to destroy. `missing` tells why it cannot run on this machine. */
export function exampleSuite(language: Language, missing: string | undefined): void {
  if (missing !== undefined) console.warn(`test/languages: ${language.project} is skipped, ${missing}`);
  const title = missing === undefined ? language.project : `${language.project}: skipped, ${missing}`;
  describe.skipIf(missing !== undefined)(title, () => {
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

    test(`A preview of ${language.project} resolves names, shows the pair and orders nothing`, async () => {
      let changes: object = {};
      const writes = await writesOf(stack, async () => {
        ({ changes } = await stack.preview());
      });
      expect(changes).toEqual(PAIR);
      expect(writes).toEqual([]);
    });

    test(`The first up of ${language.project} orders both links, and the pairing keys are secret`, async () => {
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

    test(`Once the links of ${language.project} are provisioned, up enables their routes`, async () => {
      const { links } = stack.control.snapshot();
      for (const { id } of links) stack.control.provision(id);
      await stack.up({ refresh: true });
      const { health, vlans } = await stack.outputs();
      expect(health?.value).toBe("redundant");
      // These outputs belong to the component's children, which it returns as resources.
      const vlanOf = (name: string) => stack.link(name).vlan;
      expect(vlans?.value).toEqual({ primary: vlanOf("line-primary"), secondary: vlanOf("line-secondary") });
    });

    test(`After that, a preview of ${language.project} is empty`, async () => {
      expect(await writesOf(stack, () => stack.preview({ expectNoChanges: true }))).toEqual([]);
    });

    test(`${language.project}: destroy deletes everything; no call was out of order, withdrew a route or ordered twice`, async () => {
      const { withdrawals } = stack.control.counters();
      await stack.destroy();
      expect(withdrawals).toEqual([]);
      const { links, routingPolicies } = stack.control.snapshot();
      expect([...links, ...routingPolicies]).toEqual([]);
      expect(stack.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, unhandled: [] });
    });

    test(`${language.project}: an existing link is imported with its key as a secret, and then a preview is empty`, async () => {
      const where = { project_id: stack.simulator.projectId, pop_id: POP.TH2, partner_id: PARTNER.franceIX };
      const { id } = stack.simulator.seed.link({ ...where, name: "theirs", bandwidth_mbps: 50, provisioned: true });
      const writes = await writesOf(stack, async () => {
        const settings = await language.importLink(stack, id);
        await stack.preview({ ...settings, expectNoChanges: true });
      });
      expect(writes).toEqual([]);
      const imported = (await stack.state()).find(({ urn }) => urn.endsWith("::theirs"));
      expect(imported).toMatchObject({
        id,
        // It is stored encrypted: `end` searches every file for it.
        outputs: { status: "active", pairingKey: { [SECRET]: expect.any(String) } },
      });
      expect((await stack.outputs()).pops?.value).toContain("Paris - TeleHouse TH2");
    });
  });
}

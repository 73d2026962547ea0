/** What a program in another language has to be able to do: one text for all of them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Deployment, type DeploymentOptions, deployment } from "../engine/harness.ts";
import { PARTNER, POP } from "../world.ts";

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

/** How an exported state marks what is a secret. */
const SECRET = "4dabf18193072939515e22adb298388d";

/** How one language runs a project's program. */
export interface Language {
  /** The example's folder. */
  project: string;
  /** Makes what its runs need. */
  prepare(): Promise<Partial<DeploymentOptions>>;
  /**
   * Imports a link as `theirs` into the stack, which is empty, with a program that has it and exports the display names of
   * the PoPs in Paris as `pops`. Returns the settings of runs of that program.
   */
  importLink(stack: Deployment, id: string): Promise<object>;
}

/** Imports by Pulumi's option: the driver has a program that does so. */
export async function importByOption(stack: Deployment, id: string): Promise<object> {
  const settings = { program: "imports" };
  await stack.stack.setConfig("redundant-interlink:linkId", { value: id });
  await stack.up(settings);
  return settings;
}

/** Requests that `work` makes and that change something. */
export const writesOf = async (stack: Deployment, work: () => Promise<unknown>): Promise<string[]> =>
  (await stack.requestsOf(work)).filter((request) => !request.startsWith("GET "));

/** The example of a language, from its first preview to its end. `missing` is what cannot be had on this machine. */
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

    test("a preview shows the pair, with names looked up, and orders nothing", async () => {
      let changes: object = {};
      const writes = await writesOf(stack, async () => {
        ({ changes } = await stack.preview());
      });
      expect(changes).toEqual(PAIR);
      expect(writes).toEqual([]);
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
      const { links } = stack.control.snapshot();
      for (const { id } of links) stack.control.provision(id);
      await stack.up({ refresh: true });
      const { health, vlans } = await stack.outputs();
      expect(health?.value).toBe("redundant");
      // Outputs of a component's children, which it returns as resources.
      const vlanOf = (name: string) => stack.link(name).vlan;
      expect(vlans?.value).toEqual({ primary: vlanOf("line-primary"), secondary: vlanOf("line-secondary") });
    });

    test("nothing is left to do", async () => {
      expect(await writesOf(stack, () => stack.preview({ expectNoChanges: true }))).toEqual([]);
    });

    test("destroy deletes it all, and no call was out of order, withdrew a route or ordered twice", async () => {
      const { withdrawals } = stack.control.counters();
      await stack.destroy();
      expect(withdrawals).toEqual([]);
      const { links, routingPolicies } = stack.control.snapshot();
      expect([...links, ...routingPolicies]).toEqual([]);
      expect(stack.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, unhandled: [] });
    });

    test("a link that exists is imported, its key as a secret, and nothing is left to do", async () => {
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
        // Encrypted where it is stored: `end` looks for it in every file.
        outputs: { status: "active", pairingKey: { [SECRET]: expect.any(String) } },
      });
      expect((await stack.outputs()).pops?.value).toContain("Paris - TeleHouse TH2");
    });
  });
}

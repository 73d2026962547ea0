import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RedundantInterLink } from "pulumi-scaleway-interlink";
import { expect, test } from "vitest";
import { missing, python } from "../../tools/languages.ts";
import { repoRoot } from "../../tools/pulumi-cli.ts";
import { deployment } from "../engine/harness.ts";
import { PARTNER, POP } from "../world.ts";
import { drivenBy } from "./driver.ts";
import { exampleSuite, importByOption, writesOf } from "./suite.ts";

const project = "examples/python";
const here = join(import.meta.dirname, "python");
const unavailable = (await missing("python3")) ?? (await missing("go"));

const prepare = async () => {
  const programs = [join(repoRoot, project, "__main__.py"), join(here, "imports.py")];
  return { runner: drivenBy(await python(), join(here, "driver.py"), ...programs) };
};

exampleSuite({ project, prepare, importLink: importByOption }, unavailable);

test.skipIf(unavailable !== undefined)(
  "A Python program adopts a pair that a TypeScript program created with the dynamic provider, without changes",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "interlink-stack-"));
    const ofTypeScript = await deployment({
      folder,
      projectName: "redundant-interlink",
      program: () => {
        new RedundantInterLink("line", {
          vpcId: vpc.id,
          primary: { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50 },
          secondary: { popId: POP.DC3, partnerId: PARTNER.freePro, bandwidthMbps: 50 },
          allowedRoutes: {
            ipv4: { in: ["10.10.0.0/16"], out: ["172.16.0.0/22"] },
            ipv6: { in: ["2001:db8:10::/48"], out: ["2001:db8:20::/48"] },
          },
        });
      },
    });
    const { simulator } = ofTypeScript;
    const vpc = simulator.seed.vpc({ name: "production", region: "fr-par" });
    await ofTypeScript.up();
    const made = await ofTypeScript.state();

    const ofPython = await deployment({
      ...{ folder, project, shared: simulator },
      config: { "redundant-interlink:vpc": { value: "production" } },
      // The project's refresh option would start the dynamic provider, which this project does not have.
      env: { PULUMI_OPTION_REFRESH: "false" },
      ...(await prepare()),
    });
    const writes = await writesOf(ofPython, async () => {
      expect((await ofPython.preview({ expectNoChanges: true })).changes).toEqual({});
      expect((await ofPython.up()).changes).toEqual({});
    });
    expect(writes).toEqual([]);
    const taken = await ofPython.state();
    const idsOf = (state: typeof made) => state.flatMap(({ id, urn }) => (urn.includes("$") ? [id] : [])).sort();
    expect(idsOf(taken)).toEqual(idsOf(made));
    expect(taken.map(({ type }) => type)).not.toContainEqual(expect.stringContaining("pulumi-nodejs:dynamic"));
    expect((await ofPython.outputs()).health?.value).toBe("redundant");
    expect(simulator.control.counters()).toMatchObject({ outOfOrder: [], doubleOrders: 0, withdrawals: [] });

    await ofPython.end();
    await ofTypeScript.end();
    await rm(folder, { recursive: true });
  },
);

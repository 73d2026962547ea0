import { RedundantInterLink } from "pulumi-scaleway-interlink";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCommand } from "../cli.ts";
import { PARTNER, POP, SECRET_KEY } from "../world.ts";
import { type Deployment, deployment } from "./harness.ts";

let stack: Deployment;

beforeAll(async () => {
  stack = await deployment({ config: { "scaleway:region": { value: "fr-par" } } });
  const { id: vpcId } = stack.simulator.seed.vpc({ name: "production" });
  stack.program(() => {
    new RedundantInterLink("pair", {
      vpcId,
      primary: { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50, tags: ["ours"] },
      secondary: { popId: POP.DC3, partnerId: PARTNER.freePro, bandwidthMbps: 50 },
      allowedRoutes: { ipv4: { in: ["10.1.0.0/16"], out: ["172.16.0.0/22"] } },
    });
  });
  await stack.up();
});
afterAll(() => stack.end());

const primary = () => stack.link("pair-primary");
const marks = () => primary().tags.filter((tag) => tag.startsWith("interlink-drill:"));

/** Starts a drill on the primary leg and kills it halfway, like a machine that is lost. */
async function killedDrill() {
  const child = startCommand(["drill", primary().name, "--hold", "5m"], {
    SCW_API_URL: stack.simulator.url,
    SCW_SECRET_KEY: SECRET_KEY,
    SCW_DEFAULT_PROJECT_ID: stack.simulator.projectId,
    SCW_CONFIG_PATH: "/dev/null",
  });
  await child.says("its routes are gone from the VPC");
  child.kill("SIGKILL");
  await child.ended;
}

test("Every preview shows a killed drill with its start, and the next up ends it", async () => {
  await killedDrill();
  expect(primary().enable_route_propagation).toBe(false);
  const [since] = marks().map((mark) => mark.slice("interlink-drill:".length));
  const routes = { "RoutePropagation pair-primary": "update" };
  for (const settings of [{}, { refresh: true }]) {
    const preview = await stack.preview(settings);
    expect(preview.changes).toMatchObject(routes);
    expect(preview.output).toContain(`a failover drill has been running since ${since}`);
    expect(preview.output).toContain("To end it, run `interlink drill --restore`");
    expect(preview.output).toContain(`route propagation is off (failover drill since ${since}): it will be enabled`);
  }

  const up = await stack.up();
  expect(up.changes).toEqual(routes);
  expect(up.output).toContain(`the failover drill that started at ${since} has ended`);
  expect(primary().enable_route_propagation).toBe(true);
  expect(marks()).toEqual([]);
  expect(stack.control.counters()).toMatchObject({
    withdrawals: [
      { linkId: primary().id, family: "ipv4", cause: "disable-route-propagation", until: expect.any(Number) },
    ],
    outOfOrder: [],
    doubleOrders: 0,
  });
  const quiet = await stack.preview({ expectNoChanges: true });
  expect(quiet.output).not.toContain("drill");
});

test("The next up removes a drill's mark that remained after the routes came back", async () => {
  const { id, tags } = primary();
  await stack.outsidePulumi("PATCH", `/links/${id}`, { tags: [...tags, "interlink-drill:2026-11-27T04:00:00Z"] });
  const preview = await stack.preview();
  expect(preview.changes).toEqual({ "RoutePropagation pair-primary": "update" });
  expect(preview.output).toContain(
    "the mark of the failover drill that started at 2026-11-27T04:00:00Z is still on the link",
  );
  await stack.up();
  expect(primary().tags).toEqual(tags);
  await stack.preview({ expectNoChanges: true });
});

test("A drill's mark appears neither in the outputs nor in a diff of the link's tags, even after a refresh", async () => {
  await killedDrill();
  await stack.refresh();
  const link = (await stack.state()).find(({ urn }) => urn.endsWith(":InterLink::pair-primary"));
  expect(link?.outputs?.tags).toEqual(["ours"]);
  expect((await stack.preview()).changes).toEqual({ "RoutePropagation pair-primary": "update" });
  await stack.up();
  expect(marks()).toEqual([]);
});

test("A stack can be destroyed during a drill", async () => {
  await killedDrill();
  await stack.destroy();
  expect(stack.control.snapshot().links).toEqual([]);
});

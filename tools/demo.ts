/**
 * The main job, from order to open routes: a redundant pair through the real Pulumi engine, against a simulated
 * Scaleway whose partner accepts after 2 s and provisions after 4 s. Ends with exit code 1 if anything was not as it
 * should be.
 */
import { styleText } from "node:util";
import Table from "cli-table3";
import { startSimulator } from "../simulator/index.ts";
import { engineStack } from "./engine-stack.ts";
import { redundantProgram, redundantSettings } from "./redundant-example.ts";

interface LegOutputs {
  status: string;
  bgpV4Status: string;
  bgpV6Status: string;
  routesOpen: boolean;
  nextStep: string;
}

const failures: string[] = [];
const heading = (text: string) => console.log(`\n${styleText(["bold", "cyan"], `== ${text}`)}`);
const check = (what: string, holds: boolean) => {
  console.log(holds ? styleText("green", `✔ ${what}`) : styleText("red", `✘ ${what}`));
  if (!holds) failures.push(what);
};
const showLegs = (outputs: Record<string, { value: unknown }>): LegOutputs[] => {
  const table = new Table({
    head: ["leg", "status", "BGP IPv4", "BGP IPv6", "routes", "next step"],
    style: { head: [], border: [] },
  });
  const legs = ["primary", "secondary"].map((name) => {
    const leg = outputs[name]?.value as LegOutputs;
    const { status, bgpV4Status, bgpV6Status, routesOpen, nextStep } = leg;
    table.push([name, status, bgpV4Status, bgpV6Status, routesOpen ? "open" : "closed", nextStep]);
    return leg;
  });
  console.log(table.toString());
  return legs;
};

const simulator = await startSimulator({
  partner: { acceptAfterSeconds: 2, provisionAfterSeconds: 4, deprovisionAfterSeconds: 0 },
});
const { control } = simulator;
const { stack, remove } = await engineStack({
  ...redundantProgram(),
  env: { SCW_API_URL: simulator.url, SCW_SECRET_KEY: crypto.randomUUID(), SCW_DEFAULT_PROJECT_ID: simulator.projectId },
  config: redundantSettings(simulator, { whenNotActive: "wait" }),
});
const live = { onOutput: (text: string) => process.stdout.write(text) };

try {
  heading(
    `pulumi up: two links are ordered at ${simulator.url}, the partner accepts after 2 s and provisions after 4 s`,
  );
  const up = await stack.up(live);
  const legs = showLegs(up.outputs);
  check(
    "both links are active, with both BGP sessions up and their routes open",
    legs.every(
      (leg) => leg.status === "active" && leg.bgpV4Status === "up" && leg.bgpV6Status === "up" && leg.routesOpen,
    ),
  );
  check("health: redundant", up.outputs.health?.value === "redundant");
  check("the pairing keys are secret outputs", up.outputs.pairingKeys?.secret === true);

  heading("pulumi preview: nothing is left to do");
  const { changeSummary } = await stack.preview(live);
  check("the second preview is empty", Object.keys(changeSummary).join() === "same");

  heading("The IPv6 session of the secondary link goes down. pulumi up --refresh");
  const secondary = control.snapshot().links.find(({ name }) => name.startsWith("line-secondary"));
  control.setSession(secondary?.id ?? "", "ipv6", "down");
  const refreshed = await stack.up({ ...live, refresh: true });
  const [first, second] = showLegs(refreshed.outputs);
  check(
    "the secondary link shows Limited Connectivity, its IPv4 session is up",
    second?.status === "limited_connectivity" && second.bgpV4Status === "up" && second.bgpV6Status === "down",
  );
  check("the primary link is untouched", first?.status === "active");
  check("health: degraded", refreshed.outputs.health?.value === "degraded");
  check("nothing was changed for it", Object.keys(refreshed.summary.resourceChanges ?? {}).join() === "same");

  const { withdrawals } = control.counters();
  check("no route was withdrawn so far", withdrawals.length === 0);

  heading("pulumi destroy");
  await stack.destroy(live);
  check(
    "no link and no routing policy is left",
    control.snapshot().links.length === 0 && control.snapshot().routingPolicies.length === 0,
  );

  heading(`What the API saw: ${control.requests().length} requests`);
  const { outOfOrder, doubleOrders } = control.counters();
  check("0 calls out of order", outOfOrder.length === 0);
  check("0 double orders", doubleOrders === 0);
} catch (error) {
  check(`the engine ran to the end: ${error instanceof Error ? error.message.split("\n")[0] : error}`, false);
  await stack.destroy().catch(() => undefined);
} finally {
  await remove();
  await simulator.stop();
}

if (failures.length > 0) {
  console.log(styleText("red", `\n${failures.length} of the checks above failed.`));
  process.exitCode = 1;
} else {
  console.log(`
All as it should be. Where to go next:
  examples/redundant         the program that ran; its README says how to run it against the real API
  README.md                  the resources, and what they do when a partner takes days
  npx interlink simulate     the same simulator for your own programs and CI
  npm test                   all tests`);
}

/**
 * The demo of `npm start`: a redundant pair from order to destroy, with the real Pulumi engine and a simulated Scaleway.
 * Each step has one sentence and shows the state of both links; `--verbose` adds the engine's own output.
 * Exit code 1 if any check failed.
 */
import { parseArgs, styleText } from "node:util";
import { startSimulator } from "../simulator/index.ts";
import { legsTable, withLegs } from "./demo/legs.ts";
import { engineStack } from "./engine-stack.ts";
import { redundantProgram, redundantSettings } from "./redundant-example.ts";

interface LegOutputs {
  status: string;
  bgpV4Status: string;
  bgpV6Status: string;
  routesOpen: boolean;
  nextStep: string;
}
type Outputs = Record<string, { value: unknown; secret: boolean }>;

const { verbose } = parseArgs({ options: { verbose: { type: "boolean", default: false } } }).values;
const live = process.stdout.isTTY === true && !verbose;
const output = verbose ? { onOutput: (text: string) => process.stdout.write(text) } : {};

const failures: string[] = [];
let steps = 0;
const step = (sentence: string) => console.log(`\n${styleText(["bold", "cyan"], `${++steps}. ${sentence}`)}`);
/** Prints the first clause of a next step: with the rest, such as the partner's contact, the line would be too long. */
const note = (label: string, nextStep: string) => console.log(`   ${label.padEnd(11)}${nextStep.split(/: |\. /)[0]}`);
const check = (what: string, holds: boolean) => {
  console.log(holds ? styleText("green", `   ✔ ${what}`) : styleText("red", `   ✘ ${what}`));
  if (!holds) failures.push(what);
};
const legOf = (outputs: Outputs, name: string) => outputs[name]?.value as LegOutputs;

const simulator = await startSimulator({
  settleSeconds: 0.2,
  sessionUpSeconds: 0.3,
  partner: { deprovisionAfterSeconds: 0 },
});
const { control } = simulator;
const linkOf = (leg: string) => control.snapshot().links.find(({ name }) => name.startsWith(`line-${leg}`))?.id ?? "";
const settings = redundantSettings(simulator);
const { stack, remove } = await engineStack({
  ...redundantProgram(),
  env: { SCW_API_URL: simulator.url, SCW_SECRET_KEY: crypto.randomUUID(), SCW_DEFAULT_PROJECT_ID: simulator.projectId },
  config: settings,
});

console.log("Two InterLinks from two partners to one VPC: examples/redundant, run by the real");
console.log("Pulumi engine against a simulated Scaleway. Nothing leaves this machine.");
try {
  step("Monday: `pulumi up` orders both links and ends without waiting for partners.");
  const ordered = await withLegs(simulator, live, () => stack.up(output));
  note("primary", legOf(ordered.outputs, "primary").nextStep);
  note("secondary", legOf(ordered.outputs, "secondary").nextStep);
  check("both links are ordered; their pairing keys are secret outputs", ordered.outputs.pairingKeys?.secret === true);
  check("health: provisioning", ordered.outputs.health?.value === "provisioning");

  step("Thursday: the first link is provisioned. The same command configures it.");
  control.provision(linkOf("primary"));
  const half = await withLegs(simulator, live, () => stack.up(output));
  check("the primary link carries traffic; the secondary waits", legOf(half.outputs, "primary").routesOpen);
  check("health: degraded", half.outputs.health?.value === "degraded");

  step("Friday: the second link is provisioned. The same command again.");
  control.provision(linkOf("secondary"));
  const { outputs } = await withLegs(simulator, live, () => stack.up(output));
  check(
    "both links are Active, with both BGP sessions up and routes propagated",
    ["primary", "secondary"]
      .map((name) => legOf(outputs, name))
      .every(
        (leg) => leg.status === "active" && leg.bgpV4Status === "up" && leg.bgpV6Status === "up" && leg.routesOpen,
      ),
  );
  check("health: redundant", outputs.health?.value === "redundant");

  step("Another preview finds nothing to do.");
  const { changeSummary } = await stack.preview(output);
  check("no changes are planned", Object.keys(changeSummary).join() === "same");

  step("A colleague asks for 1 Gbps. That needs a new link: days without traffic.");
  await stack.setAllConfig({ "redundant-interlink:bandwidthMbps": { value: "1000" } });
  const refusal = await stack.preview(output).then(
    () => "",
    (error: Error) => error.message,
  );
  check("the preview refuses to replace a link that carries traffic", refusal.includes("[replace-live-link]"));
  await stack.removeAllConfig(["redundant-interlink:bandwidthMbps"]);

  step("The secondary's IPv6 session goes down. `pulumi up --refresh` shows it.");
  control.setSession(linkOf("secondary"), "ipv6", "down");
  const refreshed = await withLegs(simulator, live, () => stack.up({ ...output, refresh: true }));
  const [first, second] = ["primary", "secondary"].map((name) => legOf(refreshed.outputs, name));
  note("secondary", second?.nextStep ?? "");
  check(
    "the secondary link has Limited Connectivity; its IPv4 session is up",
    second?.status === "limited_connectivity" && second.bgpV4Status === "up" && second.bgpV6Status === "down",
  );
  check("the primary link is untouched", first?.status === "active");
  check("health: degraded", refreshed.outputs.health?.value === "degraded");
  check("no change was made", Object.keys(refreshed.summary.resourceChanges ?? {}).join() === "same");
  const { withdrawals } = control.counters();
  check("no route has been withdrawn so far", withdrawals.length === 0);

  step("`pulumi destroy` deletes the links, one after the other.");
  await withLegs(simulator, live, () => stack.destroy(output));
  check(
    "no links and no routing policies are left",
    control.snapshot().links.length === 0 && control.snapshot().routingPolicies.length === 0,
  );
  const { outOfOrder, doubleOrders } = control.counters();
  const calls = control.requests().length;
  check(`${calls} API calls in all: 0 out of order`, outOfOrder.length === 0);
  check("0 double orders", doubleOrders === 0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(legsTable(simulator));
  check("the engine ran to the end", false);
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
All checks passed. What to do next:
  docs/simulator.md          run your own program this way, without an account
  docs/getting-started.md    your first real link: cost, keys, how to back out
  examples/redundant         the program of this demo
  npm start -- --verbose     this demo with the engine's own output
  npm test                   all tests`);
}

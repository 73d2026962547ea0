/** One round: a random network, a random change, the report on it, the run, and the differences between report and run. */
import { readLive } from "../../cli/report/live.ts";
import { parsePreview } from "../../cli/report/preview.ts";
import { readConfig } from "../../provider/run/config.ts";
import { type Deployment, deployment, INSTANT, type StoredResource } from "../engine/harness.ts";
import { previewJson } from "../reports/make.ts";
import { PARTNER, POP, SECRET_KEY } from "../world.ts";
import { differencesOf, type Observed } from "./compare.ts";
import { type DesiredNetwork, program, VPCS } from "./desired-network.ts";
import { type Draw, drawFrom, randomChange, randomNetwork } from "./generate.ts";
import { openRoutesOf } from "./open-routes.ts";
import { type Prediction, predict } from "./predict.ts";

/** The result of a round. */
export interface Round {
  seed: number;
  /** Kinds of change, drift and state loss; they show what a long test run covered. */
  kinds: string[];
  /** The network and its changes, to explain a difference. */
  history: string[];
  prediction: Prediction;
  observed: Observed;
  /** Empty if the report was right. */
  differences: string[];
}

/** Makes a simulator and a stack, in which rounds run one after the other. */
export async function prepareRounds() {
  const stack = await deployment();
  const empty = await stack.stack.exportStack();
  return {
    play: (seed: number) => play(stack, empty, seed),
    end: () => stack.end(),
  };
}
export type Rounds = Awaited<ReturnType<typeof prepareRounds>>;

/** Describes a round: enough to understand a difference and to repeat the round. */
export const describeRound = ({ seed, kinds, differences, history }: Round): string =>
  [`SEED=${seed} (${kinds.join(", ")})`, ...differences.map((line) => `  ${line}`), ...history].join("\n");

type Stored = Awaited<ReturnType<Deployment["stack"]["exportStack"]>>;

async function play(stack: Deployment, empty: Stored, seed: number): Promise<Round> {
  const draw = drawFrom(seed);
  const { control, simulator } = stack;
  const history: string[] = [];
  control.reset();
  await stack.stack.importStack(empty);
  VPCS.forEach((id, index) => {
    simulator.seed.vpc({ name: `vpc-${index}`, id });
  });
  const start = randomNetwork(draw);
  history.push(`start: ${JSON.stringify(start)}`);
  const slow = draw.chance(25);
  control.setPartner(slow ? {} : INSTANT_ALL);
  stack.program(() => program(start));
  const first = await stack.attempt("up");
  if (first.error) throw new Error(`seed ${seed}: the first program is not valid.\n${first.output}`);
  if (slow) advanceOrders(stack, draw, history);
  const { desired, kinds } = randomChange(start, draw);
  kinds.push(...(await supersede(stack, empty, drawFrom(~seed), start, history)));
  kinds.push(...(await changeOutsidePulumi(stack, draw, start, desired, history)));
  if (draw.chance(10)) {
    kinds.push("state lost");
    await stack.stack.importStack(empty);
  }
  if (draw.chance(40)) control.setPartner(INSTANT_ALL);
  // The partner does nothing from here on: a report cannot predict what a partner does during the run.
  control.setPartner({});
  history.push(`change (${kinds.join(", ")}): ${JSON.stringify(desired)}`);
  stack.program(() => program(desired));
  if (draw.chance(12)) {
    kinds.push("run lost");
    const before = await stack.stack.exportStack();
    // A killed run leaves orders behind that its state does not contain.
    await orderLinksOnly(stack, desired);
    await stack.stack.importStack(before);
  }
  const streamed = draw.chance(40);
  if (streamed) kinds.push("event stream");

  const before = control.snapshot();
  const preview = await previewOf(stack, streamed);
  const reading = await readLive(parsePreview(preview, "a preview"), configOf(stack));
  const prediction = predict(preview, reading);
  const from = control.requests().at(-1)?.n ?? 0;
  const knownWithdrawals = control.counters().withdrawals.length;
  const { error, output } = await stack.attempt("up");
  const after = control.snapshot();
  const requests = control.requests().filter(({ n }) => n > from);
  const observed: Observed = {
    before: openRoutesOf(before),
    after: openRoutesOf(after),
    interruptions: control.counters().withdrawals.slice(knownWithdrawals),
    ordered: requests.filter(({ method, path, status }) => method === "POST" && /\/links$/.test(path) && status === 200)
      .length,
    deleted: requests.flatMap(({ method, path, status }) =>
      method === "DELETE" && /\/links\/[^/]+$/.test(path) && (status ?? 500) < 300
        ? [path.split("/").at(-1) ?? ""]
        : [],
    ),
    deferred: deferredIn(await stack.state(), desired),
    failed: error !== undefined,
  };
  history.push(
    `links before: ${before.links.map((link) => `${link.name} ${link.id.slice(0, 8)} ${link.status}`).join(", ")}`,
  );
  const differences = differencesOf(prediction, observed);
  if (differences.length > 0) history.push(`the run wrote:\n${output}`);
  return { seed, kinds, history, prediction, observed, differences };
}

/** Deferred steps: those with a `pendingReason`, and those still on another link than the program names. */
function deferredIn(resources: StoredResource[], { links }: DesiredNetwork): string[] {
  const nameOf = ({ urn }: StoredResource) => urn.split("::").at(-1);
  const ids = new Map(resources.flatMap((one) => (one.type.endsWith(":InterLink") ? [[nameOf(one), one.id]] : [])));
  const stays = (one: StoredResource) => {
    const on = links.find(({ name }) => name === nameOf(one))?.attachment?.on;
    return on !== undefined && one.outputs?.linkId !== undefined && one.outputs.linkId !== ids.get(on);
  };
  return resources.flatMap((one) =>
    one.outputs?.attached === false || one.outputs?.pendingReason !== undefined || stays(one) ? [one.urn] : [],
  );
}

const INSTANT_ALL = { ...INSTANT, configureRouterAfterSeconds: 0 };

/** The engine creates resources in parallel, so their order does not depend on the seed. */
const byName = <T extends { name: string }>(objects: readonly T[]) =>
  objects.toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** Partners and routers advance some orders, and not others. */
function advanceOrders({ control }: Deployment, { pick }: Draw, history: string[]): void {
  for (const { id, name, status } of byName(control.snapshot().links)) {
    const to = pick(["provision", "provision", "accept", "refuse", "stay"]);
    history.push(`${name}: ${to}`);
    if (status === "ready") {
      if (to === "provision") control.configureRouter(id);
    } else if (status !== "requested") continue;
    else if (to === "provision") control.provision(id);
    else if (to === "accept") control.accept(id);
    else if (to === "refuse") control.refuse(id, "no port");
  }
}

/** Lets another run adopt links, so that the state is outdated. Returns the kinds. */
async function supersede(
  stack: Deployment,
  empty: Stored,
  draw: Draw,
  start: DesiredNetwork,
  history: string[],
): Promise<string[]> {
  if (draw.chance(8)) {
    const stale = await stack.stack.exportStack();
    await stack.stack.importStack(empty);
    stack.program(() => program(start));
    await stack.attempt("up");
    await stack.stack.importStack(stale);
    return ["adopted by a later run"];
  }
  if (!draw.chance(8)) return [];
  const { id, name } = draw.pick(byName(stack.control.snapshot().links));
  history.push(`${name}: adopted by another stack`);
  await stack.outsidePulumi("PATCH", `/links/${id}`, { tags: ["pulumi:interlink/other/its#0123456789ab"] });
  return ["adopted by another stack"];
}

/** Changes the network outside Pulumi before the run. Returns the kinds. */
async function changeOutsidePulumi(
  stack: Deployment,
  draw: Draw,
  start: DesiredNetwork,
  desired: DesiredNetwork,
  history: string[],
): Promise<string[]> {
  const { control, simulator } = stack;
  const { pick, chance } = draw;
  const kinds: string[] = [];
  const note = (kind: string, what: string) => {
    kinds.push(kind);
    history.push(`${kind}: ${what}`);
  };
  const snapshot = control.snapshot();
  const routingPolicies = byName(snapshot.routingPolicies);
  const live = byName(snapshot.links).filter(({ status }) => status === "active");
  for (const { id, name, routing_policy_v4_id, routing_policy_v6_id } of live) {
    if (!chance(15)) continue;
    const families = [
      ...(routing_policy_v4_id ? ["ipv4" as const] : []),
      ...(routing_policy_v6_id ? ["ipv6" as const] : []),
    ];
    const down = families.filter(() => chance(60));
    for (const family of down) control.setSession(id, family, "down");
    if (down.length > 0) note("session down", `${name} ${down.join(" ")}`);
  }
  const one = live.length > 0 ? pick(live) : undefined;
  if (one && chance(20)) {
    const at = `/links/${one.id}`;
    const policy = simulator.seed.routingPolicy({ name: "foreign", prefixFilterIn: ["10.30.0.0/16"] });
    const drift = pick(["detach-vpc", "disable-route-propagation", "set-routing-policy", "prefixes"]);
    note("drift", `${one.name} ${drift}`);
    if (drift === "set-routing-policy" && one.vpc_id)
      await stack.outsidePulumi("POST", `${at}/${drift}`, { routing_policy_id: policy.id });
    else if (drift === "prefixes" && one.routing_policy_v4_id) {
      await stack.outsidePulumi("PATCH", `/routing-policies/${one.routing_policy_v4_id}`, {
        prefix_filter_in: ["10.20.7.0/24"],
      });
    } else if (drift === "detach-vpc" || drift === "disable-route-propagation")
      await stack.outsidePulumi("POST", `${at}/${drift}`);
  }
  if (chance(20)) {
    const policy = pick(routingPolicies);
    const stranger = simulator.seed.link({ name: "stranger", ...PLACE, bandwidth_mbps: 100, provisioned: true });
    note("stranger", policy.name);
    const at = `/links/${stranger.id}`;
    await stack.outsidePulumi("POST", `${at}/attach-vpc`, { vpc_id: pick(VPCS) });
    await stack.outsidePulumi("POST", `${at}/attach-routing-policy`, { routing_policy_id: policy.id });
    await stack.outsidePulumi("POST", `${at}/enable-route-propagation`);
  }
  if (chance(12) && !start.component) {
    const policy = routingPolicies.find(({ is_ipv6 }) => !is_ipv6);
    const other = simulator.seed.link({ name: "to-adopt", ...PLACE, bandwidth_mbps: 100, provisioned: true });
    const at = `/links/${other.id}`;
    note("adopt", other.id);
    await stack.outsidePulumi("POST", `${at}/attach-vpc`, { vpc_id: VPCS[0] });
    const foreign = simulator.seed.routingPolicy({ name: "of-adopted", prefixFilterIn: ["10.30.0.0/16"] });
    await stack.outsidePulumi("POST", `${at}/attach-routing-policy`, { routing_policy_id: foreign.id });
    if (chance(70)) await stack.outsidePulumi("POST", `${at}/enable-route-propagation`);
    desired.links.push({
      name: "adopted",
      popId: POP.TH2,
      bandwidthMbps: 100,
      adoptId: other.id,
      ...(chance(70) && { attachment: { vpcId: pick(VPCS), mode: "defer" as const } }),
      ...(policy &&
        desired.policies[0]?.family === "ipv4" && {
          routes: { ipv4: desired.policies[0].name, enabled: true, mode: "defer" as const },
        }),
    });
  }
  return kinds;
}

const PLACE = { pop_id: POP.TH2, partner_id: PARTNER.franceIX };

/** Runs only the orders of a program, like a run that is killed after ordering. */
async function orderLinksOnly(stack: Deployment, desired: DesiredNetwork): Promise<void> {
  const links = desired.links.map(({ attachment: _, routes: __, ...link }) => link);
  if (!desired.component) {
    // Only new links are created; nothing is deleted.
    const old = await stack.state();
    const known = new Set(
      old.flatMap(({ urn, type }) => (type.endsWith(":InterLink") ? [urn.split("::").at(-1)] : [])),
    );
    const fresh = links.filter(({ name, alias }) => !known.has(name) && !known.has(alias));
    if (fresh.length === 0) return;
    stack.program(() => program({ links: fresh, policies: [] }));
    const urns = fresh.map(
      ({ name }) => `urn:pulumi:dev::interlink::pulumi-nodejs:dynamic/scaleway-interlink:InterLink::${name}`,
    );
    await stack.attempt("up", { target: urns });
    stack.program(() => program(desired));
  }
}

const configOf = ({ simulator }: Deployment) =>
  readConfig({
    stack: () => undefined,
    env: { SCW_API_URL: simulator.url, SCW_SECRET_KEY: SECRET_KEY, SCW_DEFAULT_PROJECT_ID: simulator.projectId },
    readFile: () => undefined,
    home: "/nowhere",
  });

/** The preview as a digest, or as the stream of engine events. */
async function previewOf(stack: Deployment, streamed: boolean): Promise<string> {
  const { envVars } = stack.stack.workspace;
  const name = "PULUMI_ENABLE_STREAMING_JSON_PREVIEW";
  if (streamed) envVars[name] = "true";
  try {
    return await previewJson(stack, ["--show-sames"]);
  } finally {
    delete envVars[name];
  }
}

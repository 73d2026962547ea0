/** One round: a random network, a random change, its report, its run, and what differs between the two. */
import { readLive } from "../../cli/report/live.ts";
import { parsePreview } from "../../cli/report/preview.ts";
import { readConfig } from "../../provider/run/config.ts";
import { type Deployment, deployment, INSTANT, type StoredResource } from "../engine/harness.ts";
import { previewJson } from "../reports/make.ts";
import { PARTNER, POP, SECRET_KEY } from "../world.ts";
import { differencesOf, type Seen } from "./compare.ts";
import { changeOf, type Draw, drawFrom, startOf } from "./generate.ts";
import { pictureOf } from "./picture.ts";
import { type Prediction, predict } from "./predict.ts";
import { program, VPCS, type Wish } from "./wish.ts";

/** A round as it was played. */
export interface Round {
  seed: number;
  /** Kinds of the change, drift and state, for what a long run has reached. */
  kinds: string[];
  /** The network and the change, for who has to understand a difference. */
  story: string[];
  prediction: Prediction;
  seen: Seen;
  /** Empty where the report was right. */
  differences: string[];
}

/** A simulator and a stack in which rounds are played, one after the other. */
export async function table() {
  const stack = await deployment();
  const empty = await stack.stack.exportStack();
  return {
    play: (seed: number) => play(stack, empty, seed),
    end: () => stack.end(),
  };
}
export type Table = Awaited<ReturnType<typeof table>>;

/** Everything that is needed to understand a difference, and to play its round again. */
export const describeRound = ({ seed, kinds, differences, story }: Round): string =>
  [`SEED=${seed} (${kinds.join(", ")})`, ...differences.map((line) => `  ${line}`), ...story].join("\n");

type Stored = Awaited<ReturnType<Deployment["stack"]["exportStack"]>>;

async function play(stack: Deployment, empty: Stored, seed: number): Promise<Round> {
  const draw = drawFrom(seed);
  const { control, simulator } = stack;
  const story: string[] = [];
  control.reset();
  await stack.stack.importStack(empty);
  VPCS.forEach((id, index) => {
    simulator.seed.vpc({ name: `vpc-${index}`, id });
  });
  const start = startOf(draw);
  story.push(`start: ${JSON.stringify(start)}`);
  const slow = draw.chance(25);
  control.setPartner(slow ? {} : INSTANT_ALL);
  stack.program(() => program(start));
  const first = await stack.attempt("up");
  if (first.error) throw new Error(`seed ${seed}: the start is no valid program.\n${first.output}`);
  if (slow) arrive(stack, draw, story);
  const { wish, kinds } = changeOf(start, draw);
  kinds.push(...(await supersede(stack, empty, drawFrom(~seed), start, story)));
  kinds.push(...(await befall(stack, draw, start, wish, story)));
  if (draw.chance(10)) {
    kinds.push("state lost");
    await stack.stack.importStack(empty);
  }
  if (draw.chance(40)) control.setPartner(INSTANT_ALL);
  // Now everything has arrived that arrives. A partner that acts within the run is nothing that a report can know of.
  control.setPartner({});
  story.push(`change (${kinds.join(", ")}): ${JSON.stringify(wish)}`);
  stack.program(() => program(wish));
  if (draw.chance(12)) {
    kinds.push("run lost");
    const before = await stack.stack.exportStack();
    // What a run that was killed leaves behind: orders, and a state that does not know of them.
    await orders(stack, wish);
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
  const seen: Seen = {
    before: pictureOf(before),
    after: pictureOf(after),
    moments: control.counters().withdrawals.slice(knownWithdrawals),
    ordered: requests.filter(({ method, path, status }) => method === "POST" && /\/links$/.test(path) && status === 200)
      .length,
    deleted: requests.flatMap(({ method, path, status }) =>
      method === "DELETE" && /\/links\/[^/]+$/.test(path) && (status ?? 500) < 300
        ? [path.split("/").at(-1) ?? ""]
        : [],
    ),
    deferred: deferredIn(await stack.state(), wish),
    failed: error !== undefined,
  };
  story.push(
    `links before: ${before.links.map((link) => `${link.name} ${link.id.slice(0, 8)} ${link.status}`).join(", ")}`,
  );
  const differences = differencesOf(prediction, seen);
  if (differences.length > 0) story.push(`the run wrote:\n${output}`);
  return { seed, kinds, story, prediction, seen, differences };
}

/** Steps that wait: by their own word, or since they are on another link than the program says. */
function deferredIn(resources: StoredResource[], { links }: Wish): string[] {
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

/** The engine makes resources side by side: the order in which they came to be is not the seed's. */
const byName = <T extends { name: string }>(objects: readonly T[]) =>
  objects.toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** Some links get further, others do not. */
function arrive({ control }: Deployment, { pick }: Draw, story: string[]): void {
  for (const { id, name, status } of byName(control.snapshot().links)) {
    const to = pick(["provision", "provision", "accept", "refuse", "stay"]);
    story.push(`${name}: ${to}`);
    if (status === "ready") {
      if (to === "provision") control.configureRouter(id);
    } else if (status !== "requested") continue;
    else if (to === "provision") control.provision(id);
    else if (to === "accept") control.accept(id);
    else if (to === "refuse") control.refuse(id, "no port");
  }
}

/** Links that another run has adopted since, so that the state is out of date. Answers the kinds. */
async function supersede(
  stack: Deployment,
  empty: Stored,
  draw: Draw,
  start: Wish,
  story: string[],
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
  story.push(`${name}: adopted by another stack`);
  await stack.behind("PATCH", `/links/${id}`, { tags: ["pulumi:interlink/other/its#0123456789ab"] });
  return ["adopted by another stack"];
}

/** What happens outside Pulumi before the change. Answers its kinds. */
async function befall(stack: Deployment, draw: Draw, start: Wish, wish: Wish, story: string[]): Promise<string[]> {
  const { control, simulator } = stack;
  const { pick, chance } = draw;
  const kinds: string[] = [];
  const note = (kind: string, what: string) => {
    kinds.push(kind);
    story.push(`${kind}: ${what}`);
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
      await stack.behind("POST", `${at}/${drift}`, { routing_policy_id: policy.id });
    else if (drift === "prefixes" && one.routing_policy_v4_id) {
      await stack.behind("PATCH", `/routing-policies/${one.routing_policy_v4_id}`, {
        prefix_filter_in: ["10.20.7.0/24"],
      });
    } else if (drift === "detach-vpc" || drift === "disable-route-propagation")
      await stack.behind("POST", `${at}/${drift}`);
  }
  if (chance(20)) {
    const policy = pick(routingPolicies);
    const stranger = simulator.seed.link({ name: "stranger", ...PLACE, bandwidth_mbps: 100, provisioned: true });
    note("stranger", policy.name);
    const at = `/links/${stranger.id}`;
    await stack.behind("POST", `${at}/attach-vpc`, { vpc_id: pick(VPCS) });
    await stack.behind("POST", `${at}/attach-routing-policy`, { routing_policy_id: policy.id });
    await stack.behind("POST", `${at}/enable-route-propagation`);
  }
  if (chance(12) && !start.component) {
    const policy = routingPolicies.find(({ is_ipv6 }) => !is_ipv6);
    const other = simulator.seed.link({ name: "to-adopt", ...PLACE, bandwidth_mbps: 100, provisioned: true });
    const at = `/links/${other.id}`;
    note("adopt", other.id);
    await stack.behind("POST", `${at}/attach-vpc`, { vpc_id: VPCS[0] });
    const foreign = simulator.seed.routingPolicy({ name: "of-adopted", prefixFilterIn: ["10.30.0.0/16"] });
    await stack.behind("POST", `${at}/attach-routing-policy`, { routing_policy_id: foreign.id });
    if (chance(70)) await stack.behind("POST", `${at}/enable-route-propagation`);
    wish.links.push({
      name: "adopted",
      popId: POP.TH2,
      bandwidthMbps: 100,
      adoptId: other.id,
      ...(chance(70) && { attachment: { vpcId: pick(VPCS), mode: "defer" as const } }),
      ...(policy &&
        wish.policies[0]?.family === "ipv4" && {
          routes: { ipv4: wish.policies[0].name, enabled: true, mode: "defer" as const },
        }),
    });
  }
  return kinds;
}

const PLACE = { pop_id: POP.TH2, partner_id: PARTNER.franceIX };

/** Makes the links of a program only, as a run does that is killed once it has ordered. */
async function orders(stack: Deployment, wish: Wish): Promise<void> {
  const links = wish.links.map(({ attachment: _, routes: __, ...link }) => link);
  if (!wish.component) {
    // Nothing is deleted: only what is new is made.
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
    stack.program(() => program(wish));
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

/** What is done while a fault strikes: jobs on the redundant pair, each from a prepared stack. */
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RedundantInterLink, type RedundantInterLinkArgs, RoutingPolicy } from "pulumi-scaleway-interlink";
import { typeAt } from "../../provider/domain/resource-type.ts";
import { type Deployment, deployment, INSTANT, type Program } from "../engine/harness.ts";
import { HOST } from "../engine/host.ts";
import { PARTNER, POP } from "../world.ts";

const PROJECT = "faults";
const VPC = { old: "10000000-0000-4000-8000-000000000001", new: "10000000-0000-4000-8000-000000000002" };

/** The redundant connection of `examples/redundant`, with policies whose names the jobs change. */
const pair =
  ({ vpcId, policy }: { vpcId: string; policy: string }, more: Partial<RedundantInterLinkArgs> = {}): Program =>
  () => {
    const ipv4 = new RoutingPolicy(policy, { prefixFilterIn: ["10.10.0.0/16"], prefixFilterOut: ["172.16.0.0/22"] });
    const ipv6 = new RoutingPolicy("ipv6", { prefixFilterIn: ["2001:db8:10::/48"] });
    new RedundantInterLink("line", {
      vpcId,
      primary: { popId: POP.TH2, partnerId: PARTNER.franceIX, bandwidthMbps: 50 },
      secondary: { popId: POP.DC3, partnerId: PARTNER.freePro, bandwidthMbps: 50 },
      routingPolicyV4Id: ipv4.id,
      routingPolicyV6Id: ipv6.id,
      ...more,
    });
  };

/** A job, and what holds once it is done. */
export interface Scenario {
  name: string;
  /** True if it starts from the deployed pair, false if from nothing. */
  deployed: boolean;
  /** All is set while the partners have not acted yet, so that no traffic flows in the end. */
  early?: boolean;
  operation: "up" | "destroy";
  program: Program;
  /** Runs that may be needed after the one that was disturbed. */
  runsToMend: number;
  /** Whether routes stay up all the time. */
  keepsRoutes: boolean;
  /** What the live links are to have in the end; undefined when nothing is to be left. */
  desired?: { vpcId: string; policy: string };
}

const before = { vpcId: VPC.old, policy: "ipv4-a" };
const job = (
  name: string,
  desired: { vpcId: string; policy: string },
  deployed: boolean,
  keepsRoutes: boolean,
): Scenario => ({
  name,
  deployed,
  operation: "up",
  program: pair(desired),
  runsToMend: 1,
  keepsRoutes,
  desired,
});

export const UP = job("up", before, false, true);
export const POLICY_SWAP = job("policy swap", { ...before, policy: "ipv4-b" }, true, true);
export const VPC_CHANGE = job("VPC change", { ...before, vpcId: VPC.new }, true, false);
export const DESTROY: Scenario = {
  name: "destroy",
  deployed: true,
  operation: "destroy",
  program: pair(before),
  runsToMend: 2,
  keepsRoutes: false,
};

export const EARLY: Scenario = {
  ...job("early configuration", before, false, true),
  early: true,
  program: pair(before, { configureFrom: "ordered" }),
};

/** A stack as a job finds it: with nothing, or with the pair deployed. Each cell works on a copy. */
export async function prepare({ deployed, early = false, program }: Scenario) {
  const folder = await mkdtemp(join(tmpdir(), "interlink-faults-"));
  const original = { stack: join(folder, "original"), stateFile: join(folder, "original.json") };
  const open = (at: typeof original, program: Program) =>
    deployment({
      simulator: { stateFile: at.stateFile, partner: early ? {} : INSTANT, earlyConfiguration: early },
      folder: at.stack,
      projectName: PROJECT,
      program,
    });
  const made = await open(original, pair(before));
  made.simulator.seed.vpc({ name: "old", id: VPC.old });
  made.simulator.seed.vpc({ name: "new", id: VPC.new });
  if (deployed) await made.up();
  await made.end();
  let copies = 0;
  return {
    /** A copy of the stack, against a simulator of its own. */
    async start(): Promise<Deployment> {
      const copy = join(folder, `copy-${copies++}`);
      await cp(original.stack, copy, { recursive: true });
      await cp(original.stateFile, `${copy}.json`);
      return open({ stack: copy, stateFile: `${copy}.json` }, program);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
export type Stacks = Awaited<ReturnType<typeof prepare>>;

/**
 * What a user does after the engine was killed: `pulumi cancel` takes its lock away. The file backend keeps a checksum
 * beside its checkpoint (`dev.json.attrs`), which it does not write in one go: half of one is removed.
 */
export async function recover({ stack, folder }: Deployment): Promise<void> {
  const checksum = join(folder, "state", ".pulumi", "stacks", PROJECT, `${stack.name}.json.attrs`);
  try {
    JSON.parse(await readFile(checksum, "utf8"));
  } catch {
    await rm(checksum, { force: true });
  }
  await stack.cancel().catch(() => undefined);
}

/** What is not as it should be after a job that was disturbed and done again. Empty: it survived. */
export async function wrongs(scenario: Scenario, { control, state }: Deployment): Promise<string[]> {
  const { links, routingPolicies } = control.snapshot();
  const { outOfOrder, doubleOrders, withdrawals } = control.counters();
  const found: string[] = [
    ...outOfOrder.map(({ call, why }) => `out of order: ${call}, ${why}`),
    ...(doubleOrders > 0 ? [`${doubleOrders} double orders`] : []),
    ...(scenario.keepsRoutes ? withdrawals.map(({ family, cause }) => `${family} routes withdrawn by ${cause}`) : []),
  ];
  const resources = (await state()).filter(
    ({ type }) => type.includes("scaleway-interlink:") && !type.startsWith("pulumi:"),
  );
  const ids = (kind: string) =>
    resources.flatMap(({ type, id }) => (type === typeAt(HOST, kind) ? [id ?? "none"] : [])).sort();
  const same = (what: string, known: string[], live: string[]) => {
    if (known.join() !== live.sort().join()) found.push(`${what}: the state knows [${known}], live are [${live}]`);
  };
  same(
    "links",
    ids("InterLink"),
    links.map(({ id }) => id),
  );
  same(
    "policies",
    ids("RoutingPolicy"),
    routingPolicies.map(({ id }) => id),
  );
  const { desired } = scenario;
  if (links.length !== (desired ? 2 : 0)) found.push(`${links.length} live links`);
  const policy = routingPolicies.find(({ name }) => desired && name.startsWith(desired.policy));
  for (const link of desired ? links : []) {
    if (link.vpc_id !== desired?.vpcId) found.push(`${link.name} has VPC ${link.vpc_id}`);
    if (link.routing_policy_v4_id !== policy?.id || link.routing_policy_v6_id === undefined) {
      found.push(`${link.name} has policies ${link.routing_policy_v4_id}, ${link.routing_policy_v6_id}`);
    }
    if (!link.enable_route_propagation) found.push(`${link.name} has its routes closed`);
  }
  for (const { urn, outputs } of desired ? resources : []) {
    const isOpen = scenario.early ? outputs?.pendingReason === undefined : outputs?.effective !== false;
    if (outputs?.attached === false || !isOpen) found.push(`${urn.split("::").at(-1)} is deferred in the state`);
  }
  return found;
}

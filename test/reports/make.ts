/** Makes the previews of all cases with the real engine, and reads the live state, in a form that is stable across runs. */

import { type Live, readLive } from "../../cli/report/live.ts";
import { parsePreview } from "../../cli/report/preview.ts";
import { readConfig } from "../../provider/run/config.ts";
import { type Deployment, deployment, INSTANT } from "../engine/harness.ts";
import { PARTNER, POP, SECRET_KEY } from "../world.ts";
import { type Case, desiredStackOf, type Scenario } from "./cases.ts";
import { ABROAD, CONNECTION, OTHER_CONNECTION, program, VPC, VPC_ABROAD } from "./program.ts";

/** A preview as the CLI writes it, and the live state that a report with credentials reads. */
export interface Made {
  name: string;
  preview: string;
  live: string;
}

/** Makes all previews of a scenario, or only those in `only`. */
export async function makePreviews(scenario: Scenario, only?: readonly string[]): Promise<Made[]> {
  const wanted = ({ name }: Case) => only?.includes(name) ?? true;
  const stack = await deployment({
    simulator: {
      clock: "stepped",
      partner: scenario.days ? {} : { ...INSTANT, configureRouterAfterSeconds: 0 },
      selfHostedNeedsSession: false,
      l3Connectivity: false,
    },
  });
  for (const [name, id] of Object.entries(VPC)) stack.simulator.seed.vpc({ name, id });
  stack.simulator.seed.vpc({ name: "abroad", id: VPC_ABROAD, region: ABROAD.region });
  stack.simulator.seed.dedicatedConnection({ name: "another", id: OTHER_CONNECTION, popId: POP.DC3 });
  const made: Made[] = [];
  try {
    for (const one of scenario.beforeUp ?? []) if (wanted(one)) made.push(await make(stack, scenario, one));
    stack.program(() => program(desiredStackOf(scenario), scenario.spare ?? false));
    await stack.up();
    for (const one of scenario.cases) if (wanted(one)) made.push(await make(stack, scenario, one));
  } finally {
    await stack.end();
  }
  return made;
}

async function make(stack: Deployment, scenario: Scenario, { name, before, after, change, args, ...own }: Case) {
  const desired = desiredStackOf(scenario);
  change?.(desired);
  stack.program(own.program ?? (() => program(desired, scenario.spare ?? false)));
  await before?.(stack);
  const digest = withoutRandomOrder(JSON.parse(await previewJson(stack, ["--show-sames", ...(args ?? [])])));
  const { live } = await readLive(
    parsePreview(JSON.stringify(digest), name),
    readConfig({
      stack: () => undefined,
      env: {
        SCW_API_URL: stack.simulator.url,
        SCW_SECRET_KEY: SECRET_KEY,
        SCW_DEFAULT_PROJECT_ID: stack.simulator.projectId,
      },
      readFile: () => undefined,
      home: "/nowhere",
    }),
  );
  await after?.(stack);
  return { name: `${scenario.name}-${name}`, ...steady(digest, live) };
}

/** The output of `pulumi preview --json`, also of a preview that fails. */
export async function previewJson({ stack }: Deployment, args: string[]) {
  const { workspace } = stack;
  const own = workspace.serializeArgsForOp;
  // The Automation API has no option for --json, but a hook for extra arguments.
  workspace.serializeArgsForOp = async () => ["--json", ...args];
  let output = "";
  const onOutput = (text: string) => {
    output += text;
  };
  try {
    // If the program throws, the preview fails, and its output contains the error.
    await stack.preview({ onOutput }).catch(() => undefined);
  } finally {
    workspace.serializeArgsForOp = own;
  }
  return output;
}

interface Digest {
  steps?: { op: string; urn: string }[];
  diagnostics?: { severity: string; message: string }[] | undefined;
  changeSummary?: object | undefined;
}

const KNOWN: string[] = [...[POP, PARTNER, VPC, ABROAD].flatMap((ids) => Object.values(ids)), VPC_ABROAD];
/** Ids that stay as they are, including the engine's unknown value and the project. */
const KEPT = new Set([
  ...KNOWN,
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "11111111-2222-4333-8444-555555555555",
  CONNECTION,
  OTHER_CONNECTION,
]);
/** Properties that vary by run or machine and do not affect routes. */
const LEFT_OUT = new Set([
  ...["stackTrace", "sourcePosition", "created", "modified", "duration", "detailedDiff", "provider"],
  ...["scwBgpConfig", "peerBgpConfig", "createdAt", "updatedAt", "organizationId", "logoUrl"],
]);

/** The preview without what differs randomly between runs. */
function withoutRandomOrder(digest: Digest): Digest {
  const steps = (digest.steps ?? []).toSorted((a, b) => (a.urn < b.urn ? -1 : a.urn > b.urn ? 1 : 0));
  const failed = digest.diagnostics?.some(({ severity }) => severity === "error");
  // After an error, which unchanged resources the engine reached is random.
  const kept = failed ? steps.filter(({ op, urn }) => op !== "same" || urn.includes("pulumi:pulumi:Stack")) : steps;
  const relevant = digest.diagnostics?.filter(({ severity }) => severity !== "info#err");
  // The engine repeats an error of the program a varying number of times.
  const diagnostics = relevant?.filter(
    (one, index) => relevant.findIndex(({ message }) => message === one.message) === index,
  );
  return { ...digest, steps: kept, diagnostics, ...(failed && { changeSummary: undefined }) };
}

/** Replaces ids, names, dates and paths that differ between runs. */
function steady(digest: Digest, live: Live | undefined): { preview: string; live: string } {
  const seen = new Map<string, string>();
  const clean = (value: unknown) =>
    JSON.stringify(value, (key, inner) => {
      if (LEFT_OUT.has(key)) return undefined;
      // Their order differs between runs.
      if (key === "replaceReasons" || key === "dependencies") return inner.toSorted();
      return key === "vlan" && typeof inner === "number" && inner < 2000 ? 1500 : inner;
    })
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) => {
        if (KEPT.has(id)) return id;
        const steadyId = seen.get(id) ?? `${String(seen.size + 1).padStart(8, "0")}-0000-4000-8000-000000000000`;
        seen.set(id, steadyId);
        return steadyId;
      })
      .replaceAll(/("__(?:n|linkN)once":"|#)[0-9a-f]{12}"/g, '$1000000000000"')
      .replaceAll(/-[0-9a-f]{7}"/g, '-0000000"')
      .replaceAll(/expires on \d+ \w+ \d{4}/g, "expires on 4 December 2026")
      .replaceAll(/(?:file:\/\/)?\/[^\s"()]*\/(?=[\w.-]+\.[jt]s:\d)/g, "/…/")
      .replaceAll(/(\.[jt]s):\d+:\d+/g, "$1");
  const { steps = [], diagnostics, changeSummary } = digest;
  const rest = clean({ diagnostics, changeSummary });
  const lines = steps.map(clean).join(",\n");
  const preview = `{"duration":1,"steps":[\n${lines}\n],${rest.slice(1)}\n`.replace(/,}\n$/, "}\n");
  const pops = live?.pops.filter(({ id }) => KNOWN.includes(id));
  const links = live?.links.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const policies = live?.policies.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const vpcs = live?.vpcs?.filter(({ id }) => KNOWN.includes(id));
  const objects = clean({ ...live, links, policies, pops, vpcs });
  return { preview, live: `${objects.replaceAll("},{", "},\n{")}\n` };
}

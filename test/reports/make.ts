/** Makes the previews of cases with the real engine, with what is live then, in a form that is the same each time. */

import { type Live, readLive } from "../../cli/report/live.ts";
import { parsePreview } from "../../cli/report/preview.ts";
import { readConfig } from "../../provider/run/config.ts";
import { type Deployment, deployment, INSTANT } from "../engine/harness.ts";
import { PARTNER, POP, SECRET_KEY } from "../world.ts";
import { type Case, type Scenario, wishOf } from "./cases.ts";
import { ABROAD, CONNECTION, OTHER_CONNECTION, program, VPC, VPC_ABROAD } from "./program.ts";

/** A preview as the CLI wrote it, and what a report with credentials reads beside it. */
export interface Made {
  name: string;
  preview: string;
  live: string;
}

/** Makes all previews of a scenario, or those that are named. */
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
    stack.program(() => program(wishOf(scenario), scenario.spare ?? false));
    await stack.up();
    for (const one of scenario.cases) if (wanted(one)) made.push(await make(stack, scenario, one));
  } finally {
    await stack.end();
  }
  return made;
}

async function make(stack: Deployment, scenario: Scenario, { name, before, after, wish, args, ...own }: Case) {
  const wished = wishOf(scenario);
  wish?.(wished);
  stack.program(own.program ?? (() => program(wished, scenario.spare ?? false)));
  await before?.(stack);
  const digest = waitUntilConfigured(JSON.parse(await previewJson(stack, ["--show-sames", ...(args ?? [])])));
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

/** What `pulumi preview --json` writes, whether it ends well or not. */
export async function previewJson({ stack }: Deployment, args: string[]) {
  const { workspace } = stack;
  const own = workspace.serializeArgsForOp;
  // The Automation API has no option for it, but a hook for further arguments.
  workspace.serializeArgsForOp = async () => ["--json", ...args];
  let output = "";
  const onOutput = (text: string) => {
    output += text;
  };
  try {
    // A program that throws makes it fail: the output says so too.
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
/** The engine's own unknown value, and the project. */
const KEPT = new Set([
  ...KNOWN,
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "11111111-2222-4333-8444-555555555555",
  CONNECTION,
  OTHER_CONNECTION,
]);
/** What differs with each run, or with the machine, and says nothing of routes. */
const LEFT_OUT = new Set([
  ...["stackTrace", "sourcePosition", "created", "modified", "duration", "detailedDiff", "provider"],
  ...["scwBgpConfig", "peerBgpConfig", "createdAt", "updatedAt", "organizationId", "logoUrl"],
]);

/** A preview without what is a matter of luck in it. */
function waitUntilConfigured(digest: Digest): Digest {
  const steps = (digest.steps ?? []).toSorted((a, b) => (a.urn < b.urn ? -1 : a.urn > b.urn ? 1 : 0));
  const failed = digest.diagnostics?.some(({ severity }) => severity === "error");
  // How far the engine has come when an error ends it.
  const kept = failed ? steps.filter(({ op, urn }) => op !== "same" || urn.includes("pulumi:pulumi:Stack")) : steps;
  const said = digest.diagnostics?.filter(({ severity }) => severity !== "info#err");
  // The engine repeats an error of the program some times, not always as often.
  const diagnostics = said?.filter((one, index) => said.findIndex(({ message }) => message === one.message) === index);
  return { ...digest, steps: kept, diagnostics, ...(failed && { changeSummary: undefined }) };
}

/** The same preview and live reading with ids, names, dates and paths that do not change from run to run. */
function steady(digest: Digest, live: Live | undefined): { preview: string; live: string } {
  const seen = new Map<string, string>();
  const clean = (value: unknown) =>
    JSON.stringify(value, (key, inner) => {
      if (LEFT_OUT.has(key)) return undefined;
      // The engine lists them in an order that differs from run to run.
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

/** What is measured, and the goal of each. */
import type { Summary } from "./samples.ts";

/** One figure of the table. */
export interface Figure {
  id: string;
  /** The scenario that measures it. */
  scenario: ScenarioName;
  what: string;
  unit: "" | "requests" | "calls" | "s" | "bytes" | "MB" | "×" | "%" | "resources";
  /** The bound that the figure keeps to. */
  goal: { atMost: number } | { atLeast: number };
  /** The figure that says the same of the provider that does nothing. */
  doNothing?: string;
  /** The same figure with the plugin. It has the same goal. */
  plugin?: string;
  /** Terraform's provider on the same work. Quoted: it was measured elsewhere, not in this run. */
  terraform?: string;
}

/** Every scenario, in the order in which they run. */
export const SCENARIOS = [
  "pair",
  "settling",
  "orders",
  "growth",
  "waiting",
  "hours",
  "rate-limit",
  "import",
  "plugin",
] as const;
/** A scenario's name, as `--only` takes it. */
export type ScenarioName = (typeof SCENARIOS)[number];

/** How many links the growth is measured with. */
export const SIZES = [1, 10, 100, 1000] as const;
/** How many links wait at once. */
export const WAITERS = [1, 10, 100] as const;

/** The table's rows. */
export const FIGURES: readonly Figure[] = [
  {
    id: "pair.requests",
    scenario: "pair",
    what: "Redundant pair, from order to enabled routes: API calls",
    unit: "requests",
    goal: { atMost: 24 },
    terraform: "29, and it ends at requested",
  },
  {
    id: "pair.out-of-order",
    scenario: "pair",
    what: "… of these, out of order",
    unit: "requests",
    goal: { atMost: 0 },
    terraform: "4",
  },
  {
    id: "settling.ratio",
    scenario: "settling",
    what: "The same, with 2 s of configuring for each change: time over the server's own 18 s",
    unit: "×",
    goal: { atMost: 1.3 },
    terraform: "7.7 (46.1 s for 6 s)",
  },
  {
    id: "pair.preview-requests",
    scenario: "pair",
    what: "Preview of the pair without changes: API calls",
    unit: "requests",
    goal: { atMost: 4 },
    terraform: "14",
  },
  {
    id: "growth.preview-requests.100",
    scenario: "growth",
    what: "Preview of 100 links (400 resources) without changes: API calls",
    unit: "requests",
    goal: { atMost: 6 },
    terraform: "110",
  },
  {
    id: "growth.preview-ratio.100",
    scenario: "growth",
    what: "… time over that of the do-nothing provider",
    unit: "×",
    goal: { atMost: 1.3 },
    plugin: "growth.plugin-preview-ratio.100",
  },
  {
    id: "orders.requests",
    scenario: "orders",
    what: "100 links ordered: API calls",
    unit: "requests",
    goal: { atMost: 130 },
    terraform: "310",
  },
  {
    id: "orders.ratio",
    scenario: "orders",
    what: "… time over that of the do-nothing provider",
    unit: "×",
    goal: { atMost: 1.3 },
  },
  {
    id: "waiting.delay",
    scenario: "waiting",
    what: "From Active at the API to the attach-vpc call, after a wait of seconds (median of 10 links)",
    unit: "s",
    goal: { atMost: 1 },
    terraform: "never",
  },
  {
    id: "hours.share",
    scenario: "hours",
    what: "… after a wait of 1 to 24 hours: the longest, as a share of the wait",
    unit: "%",
    goal: { atMost: 2 },
    terraform: "never",
  },
  {
    id: "hours.delay",
    scenario: "hours",
    what: "… after a wait of 1 to 24 hours: the longest",
    unit: "s",
    goal: { atMost: 60 },
    terraform: "never",
  },
  ...WAITERS.map(
    (links): Figure => ({
      id: `waiting.calls.${links}`,
      scenario: "waiting",
      what: `API calls per second while ${links} link${links > 1 ? "s wait" : " waits"} in a region`,
      unit: "calls",
      goal: { atMost: 1 },
      terraform: `${links} each 15 s`,
    }),
  ),
  {
    id: "pair.state-bytes",
    scenario: "pair",
    what: "State per resource, average of the pair",
    unit: "bytes",
    goal: { atMost: 2200 },
    plugin: "plugin.state-bytes",
  },
  {
    id: "pair.provider-bytes",
    scenario: "pair",
    what: "… `__provider`, the longest",
    unit: "bytes",
    goal: { atMost: 300 },
  },
  {
    id: "growth.preview-seconds.1000",
    scenario: "growth",
    what: "Preview of 1,000 links (4,000 resources) without changes",
    unit: "s",
    goal: { atMost: 15 },
    doNothing: "growth.nothing-preview-seconds.1000",
    plugin: "growth.plugin-preview-seconds.1000",
  },
  {
    id: "growth.preview-memory.1000",
    scenario: "growth",
    what: "… peak memory of the process in which the provider runs",
    unit: "MB",
    goal: { atMost: 250 },
    doNothing: "growth.nothing-preview-memory.1000",
    plugin: "growth.plugin-preview-memory.1000",
  },
  {
    id: "import.ratio",
    scenario: "import",
    what: "Time to import the package over that of @pulumi/pulumi alone",
    unit: "×",
    goal: { atMost: 1.15 },
  },
  {
    id: "rate-limit.share",
    scenario: "rate-limit",
    what: "100 links ordered at once, with a limit of 10 calls per second: share of the limit that is used",
    unit: "%",
    goal: { atLeast: 80 },
  },
  {
    id: "rate-limit.failures",
    scenario: "rate-limit",
    what: "… failed resources",
    unit: "resources",
    goal: { atMost: 0 },
  },
  {
    id: "rate-limit.overtaken",
    scenario: "rate-limit",
    what: "… most resources that overtake one (16 calls in parallel)",
    unit: "resources",
    goal: { atMost: 16 },
  },
  {
    id: "plugin.start",
    scenario: "plugin",
    what: "Plugin, bundled: from the start of the process to its first answer",
    unit: "s",
    goal: { atMost: 0.25 },
  },
  {
    id: "plugin.memory",
    scenario: "plugin",
    what: "… its memory at rest",
    unit: "MB",
    goal: { atMost: 90 },
  },
  {
    id: "plugin.bundle",
    scenario: "plugin",
    what: "… its size, compressed",
    unit: "MB",
    goal: { atMost: 5 },
  },
  {
    id: "plugin.archive",
    scenario: "plugin",
    what: "Release archive of the plugin as a single executable",
    unit: "MB",
    goal: { atMost: 60 },
  },
];

/** Whether the median meets the goal, and the plugin's too if there is one. */
export const isMet = ({ goal }: Figure, { median }: Summary, plugin?: Summary): boolean =>
  [median, ...(plugin ? [plugin.median] : [])].every((value) =>
    "atMost" in goal ? value <= goal.atMost : value >= goal.atLeast,
  );

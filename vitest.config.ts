import { defineConfig } from "vitest/config";

/** Programs of these tests choose the plugin, and configuration goes to its namespace (`test/engine/host.ts`). */
const AT_PLUGIN = { setupFiles: "test/engine/at-plugin.ts", env: { INTERLINK_HOST: "plugin" } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{provider,sdk,simulator,cli,tools}/**/*.test.ts", "test/recordings/*.test.ts"],
          setupFiles: "test/property-runs.ts",
          // Modules are loaded once a worker, not once a file, which takes two fifths of the processor's time off the run:
          // a test that stubs an environment variable puts it back.
          isolate: false,
          restoreMocks: true,
          // By default one core is left idle: of two, half.
          maxWorkers: "100%",
          // For a busy machine: in CI each property runs 5,000 times.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "engine",
          include: [
            ...["engine/!(plugin*)", "package/*", "router/*", "monitoring/*"].map((files) => `test/${files}.test.ts`),
            // Of the other languages the one that costs the least.
            "test/languages/python.test.ts",
          ],
          globalSetup: ["tools/router-daemons.ts", "tools/prometheus.ts", "test/engine/warm-up.ts"],
          testTimeout: 180_000,
          hookTimeout: 600_000,
          maxWorkers: 3,
          // After the units: vitest refuses projects of one group whose numbers of workers differ.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "plugin",
          // The same tests at the other host of the handlers, where it has a part in what they show: what the engine stores and
          // hands back (states, secrets, old inputs, ids), what each call of its protocol does, how a run is cut short. What
          // the program or a handler does by itself (functions, drills, reports, words of an error) is the same at both.
          include: [
            // An order's life: its days, changes in place, replacements and their guard, drift, renamed and superseded stacks.
            ...["redundant", "days", "update", "without-loss", "replace", "drift", "ownership", "stack-operations"],
            // What a host is given with a call, and what it gives back.
            ...["secrets", "get", "ignore-changes", "timeouts", "interruption", "earlier-states"],
            // Policy packs see the types of this host and what it knows in a preview.
            ...["policies", "policy-pack"],
            // What only the plugin has.
            "plugin*",
          ].map((name) => `test/engine/${name}.test.ts`),
          ...AT_PLUGIN,
          testTimeout: 180_000,
          hookTimeout: 600_000,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "languages",
          include: ["test/languages/*.test.ts"],
          testTimeout: 180_000,
          // What builds a language host.
          hookTimeout: 900_000,
          maxWorkers: 3,
          // After the units: vitest refuses projects of one group whose numbers of workers differ.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "predictions",
          include: ["test/predictions/*.test.ts"],
          globalSetup: "test/engine/warm-up.ts",
          testTimeout: 300_000,
          hookTimeout: 600_000,
          maxWorkers: 3,
          // After the units: vitest refuses projects of one group whose numbers of workers differ.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "faults",
          include: ["test/faults/*.test.ts"],
          globalSetup: "test/engine/warm-up.ts",
          testTimeout: 300_000,
          hookTimeout: 600_000,
          maxWorkers: 3,
          // After the units: vitest refuses projects of one group whose numbers of workers differ.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "faults-plugin",
          // What a fault meets is the same at both hosts, but for what the engine saves of a create that failed half-way: the
          // job that creates everything shows it. The others belong to the full matrix.
          include: [`test/faults/${process.env.FAULTS === "full" ? "*" : "up"}.test.ts`],
          ...AT_PLUGIN,
          testTimeout: 300_000,
          hookTimeout: 600_000,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

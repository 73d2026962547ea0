import { defineConfig } from "vitest/config";

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
          // Of a busy machine: no test is that slow by itself.
          testTimeout: 20_000,
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
        // The same tests at the other host of the handlers.
        test: {
          name: "plugin",
          include: [
            "plugin",
            "plugin-archive",
            "plugin-import",
            "earlier-states",
            "interruption",
            "days",
            "replace",
            "drift",
            "without-loss",
            "secrets",
            "ownership",
            "update",
            "timeouts",
            "drill",
            "policies",
          ].map((name) => `test/engine/${name}.test.ts`),
          setupFiles: "test/engine/at-plugin.ts",
          env: { INTERLINK_HOST: "plugin" },
          globalSetup: "test/engine/warm-up.ts",
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
    ],
  },
});

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
            "test/engine/*.test.ts",
            "test/package/*.test.ts",
            "test/router/*.test.ts",
            "test/monitoring/*.test.ts",
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

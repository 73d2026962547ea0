import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{provider,sdk,simulator,cli,tools}/**/*.test.ts", "test/recordings/*.test.ts"],
        },
      },
      {
        test: {
          name: "engine",
          include: ["test/engine/*.test.ts", "test/package/*.test.ts", "test/router/*.test.ts"],
          globalSetup: "tools/router-daemons.ts",
          testTimeout: 180_000,
          hookTimeout: 600_000,
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: "faults",
          include: ["test/faults/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          maxWorkers: 3,
        },
      },
    ],
  },
});

/** The number of runs of all property tests (vitest's `setupFiles`). */
import fc from "fast-check";

fc.configureGlobal({ numRuns: process.env.CI ? 5000 : 500 });

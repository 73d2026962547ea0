/** How often property tests try: every test of this kind, set up in one place (vitest's `setupFiles`). */
import fc from "fast-check";

fc.configureGlobal({ numRuns: process.env.CI ? 5000 : 500 });

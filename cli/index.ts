#!/usr/bin/env node
/** The bin `interlink`. It checks the version of Node.js before it loads anything that needs a newer one. */
import { tooOld } from "../provider/domain/node-version.ts";

const problem = tooOld();
if (problem === undefined) await import("./main.ts");
else {
  console.error(`error: ${problem}`);
  process.exitCode = 1;
}

#!/usr/bin/env node
/** The bin `interlink`. What it needs is loaded once it is known that this Node.js can. */
import { tooOld } from "../provider/domain/node-version.ts";

const problem = tooOld();
if (problem === undefined) await import("./main.ts");
else {
  console.error(`error: ${problem}`);
  process.exitCode = 1;
}

#!/usr/bin/env node
/** The bin `interlink`. It checks the version of Node.js before it loads anything that needs a newer one. */
import { tooOld } from "../provider/domain/node-version.ts";

const problem = tooOld();
if (problem === undefined) await (await import("./main.ts")).main(process.argv.slice(2));
else {
  console.error(`error: ${problem}`);
  process.exitCode = 1;
}

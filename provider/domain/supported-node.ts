import { tooOld } from "./node-version.ts";

const problem = tooOld();
if (problem !== undefined) {
  const error = new Error(problem);
  // The user should see only the sentence, no stack. Pulumi recognizes its RunError by this property; RunError itself cannot
  // be imported here.
  error.stack = problem;
  throw Object.assign(error, { __pulumiRunError: true });
}

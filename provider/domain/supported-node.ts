import { tooOld } from "./node-version.ts";

const problem = tooOld();
if (problem !== undefined) {
  const error = new Error(problem);
  // Whoever prints the stack prints the sentence alone, and so does Pulumi: this is how it knows its RunError, which can't
  // be imported here.
  error.stack = problem;
  throw Object.assign(error, { __pulumiRunError: true });
}

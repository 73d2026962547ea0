import { spawn } from "node:child_process";

/** Runs the user's own check of the connection. Returns undefined if it succeeds, else what failed. */
export type Probe = () => Promise<string | undefined>;

/** A probe that takes longer counts as failed, so that a hanging command cannot prolong a drill. */
const TIMEOUT_SECONDS = 30;

/** Makes a probe from a command, such as a ping from a host in the VPC. Exit code 0 is success. Its output is not shown. */
export const probeBy =
  ([command = "", ...args]: readonly string[], timeoutSeconds = TIMEOUT_SECONDS): Probe =>
  () =>
    new Promise((resolve) => {
      const child = spawn(command, args, { stdio: "ignore", timeout: timeoutSeconds * 1000, killSignal: "SIGKILL" });
      child.once("error", (error) => resolve(`cannot start the probe ${command}: ${error.message}`));
      child.once("exit", (code, signal) => {
        if (code === 0) resolve(undefined);
        else if (signal === "SIGKILL") resolve(`the probe ${command} did not finish within ${timeoutSeconds} s`);
        else resolve(`the probe ${command} failed (${signal ?? `exit code ${code}`})`);
      });
    });

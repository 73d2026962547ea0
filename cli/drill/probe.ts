import { spawn } from "node:child_process";

/** What the user's own command said of the connection: undefined when all is well, else what is wrong. */
export type Probe = () => Promise<string | undefined>;

/** A command that does not end is a failure, and a drill goes on for no longer than it knows that all is well. */
const TIMEOUT_SECONDS = 30;

/** Runs a command of the user's, such as a ping from a host in the VPC: exit code 0 is well. What it writes is not shown. */
export const probeBy =
  ([command = "", ...args]: readonly string[], timeoutSeconds = TIMEOUT_SECONDS): Probe =>
  () =>
    new Promise((resolve) => {
      const child = spawn(command, args, { stdio: "ignore", timeout: timeoutSeconds * 1000, killSignal: "SIGKILL" });
      child.once("error", (error) => resolve(`the probe ${command} does not start: ${error.message}`));
      child.once("exit", (code, signal) => {
        if (code === 0) resolve(undefined);
        else if (signal === "SIGKILL") resolve(`the probe ${command} did not end within ${timeoutSeconds} s`);
        else resolve(`the probe ${command} failed (${signal ?? `exit code ${code}`})`);
      });
    });

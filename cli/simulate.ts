/** `interlink simulate`: runs an InterLink API on loopback, and acts as the partner, the router or Scaleway on it. */
import { Command, InvalidArgumentError } from "commander";
import { actCommands } from "./simulate/acts.ts";
import { DEFAULT_PORT } from "./simulate/port.ts";
import type { Options } from "./simulate/run.ts";

const number = (text: string, accepts: (value: number) => boolean, wanted: string): number => {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || !accepts(value)) throw new InvalidArgumentError(wanted);
  return value;
};
const seconds = (text: string) => number(text, (value) => value >= 0, "Give seconds, 0 or more.");
const port = (text: string) =>
  number(text, (value) => Number.isInteger(value) && value >= 0 && value <= 65535, "Give a port, 0 to 65535.");
const speed = (text: string) => number(text, (value) => value > 0, "Give a number above 0.");

/** Creates the command. */
export function simulateCommand(): Command {
  const command = new Command("simulate")
    .description("run an InterLink API on 127.0.0.1, for demos, tests and CI")
    .option("--port <port>", "TCP port; 0 selects a free port", port, DEFAULT_PORT)
    .option("--state-file <path>", "JSON file to start from and to keep up to date")
    .option("--speed <factor>", "simulated seconds per real second", speed, 1)
    .option("--partner-accepts-after <seconds>", "the partner accepts this long after the order", seconds)
    .option("--partner-provisions-after <seconds>", "the partner provisions this long after the order", seconds)
    .option("--settle <seconds>", "how long each change leaves a link in configuring", seconds, 0)
    .option("--session-up-after <seconds>", "how long a new BGP session stays down", seconds, 0)
    .option(
      "--strict",
      "reject calls on a link that is not provisioned, and calls out of order (the real API accepts them)",
      false,
    )
    .addHelpText(
      "after",
      `
Runs until Ctrl-C and prints the environment variables for clients. It contains the VPC, the dedicated connection and the
routing policy that the examples use. Links stay as they are unless an option or a command changes them: the commands above act
as the partner, the router or Scaleway, on the simulator at SCW_API_URL or --url. Faults and counters (calls out of order,
routes withdrawn, double orders) are at /_simulator/…. In TypeScript: pulumi-scaleway-interlink/simulator.

Examples:
  interlink simulate --partner-accepts-after 2 --partner-provisions-after 4
  interlink simulate provision --all                             all partners provision, on a running simulator
  interlink simulate session down --link line --family ipv6
  interlink simulate --speed 3600 --state-file interlink.json    one hour per second; keeps its state between runs
  interlink simulate --port 0 --settle 1 --strict                test how a client handles delays and refusals`,
    )
    .action(async (options: Options) => (await import("./simulate/run.ts")).simulate(options));
  for (const act of actCommands()) command.addCommand(act);
  return command;
}

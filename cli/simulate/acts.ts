/** `interlink simulate accept|provision|…`: act as the partner, the router or Scaleway on a running simulator. */
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { FAMILIES } from "../../provider/domain/address-family.ts";
import { parseDuration } from "../duration.ts";
import type { Target } from "./act.ts";

/** Subcommands on links: name, control command of the simulator, description. */
const ACTS = [
  ["accept", "accept", "the partner accepts the order: Requesting → Provisioning"],
  ["provision", "provision", "the partner has provisioned the link: → Active"],
  ["expire", "expire", "no partner answered in time: Requesting → Expired"],
  ["fail", "fail", "Scaleway could not create the link: → Failed"],
  ["repair", "repair", "Scaleway's engineers repair a failed link"],
  ["lock", "lock", "Scaleway's Trust and Safety locks the link"],
  ["unlock", "unlock", "Scaleway's Trust and Safety unlocks the link"],
  ["router", "configureRouter", "you configure the router of a self-hosted link: Ready → Active"],
  ["delete", "partnerDeletes", "the partner deletes its side: Active → Deprovisioning → deleted"],
] as const;

/** The subcommands of `interlink simulate`. */
export function actCommands(): Command[] {
  return [
    ...ACTS.map(([name, control, description]) =>
      onLinks(new Command(name).description(description)).action((options: Target) => act(options, control)),
    ),
    onLinks(new Command("refuse").description("the partner refuses the order: → Refused"))
      .option("--reason <text>", "the partner's reason", "no port is free")
      .action(({ reason, ...options }: Target & { reason: string }) => act(options, "refuse", [{ reason }])),
    onLinks(new Command("session").description("a BGP session goes up or down"))
      .addArgument(new Argument("<status>", "the new status").choices(["up", "down"]))
      .addOption(new Option("--family <family>", "only this address family (default: both)").choices(FAMILIES))
      .action((status: string, { family, ...options }: Target & { family?: string }) =>
        act(
          options,
          "setSession",
          (family === undefined ? FAMILIES : [family]).map((one) => ({ family: one, status })),
        ),
      ),
    withUrl(new Command("advance").description("move the simulator's clock forward"))
      .argument("<duration>", "45s, 30m, 12h, 3d", parseDuration)
      .action(async (seconds: number, options: Target) => (await import("./act.ts")).advance(seconds, options)),
  ];
}

/** Loads and runs the subcommand. */
const act = async (target: Target, command: string, bodies?: readonly object[]) =>
  (await import("./act.ts")).act(target, command, bodies);

const withUrl = (command: Command) =>
  command.option(
    "--url <url>",
    "URL of the simulator (default: SCW_API_URL if it is on this machine, else http://127.0.0.1:4180)",
    url,
  );

const onLinks = (command: Command) =>
  withUrl(command)
    .option("--link <link>", "one link: an id, or a name with or without the suffix that Pulumi adds")
    .option("--all", "all links in a suitable status");

function url(text: string): string {
  const parsed = URL.parse(text);
  if (parsed?.protocol === "http:" || parsed?.protocol === "https:") return text;
  throw new InvalidArgumentError("Give a URL, such as http://127.0.0.1:4180.");
}

/** `interlink simulate accept|provision|…`: what other people do, on a simulator that runs. */
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { FAMILIES } from "../../provider/domain/address-family.ts";
import { factsOf } from "../../provider/domain/status.ts";
import { UserError } from "../../provider/domain/user-error.ts";
import { formatDuration, parseDuration } from "../duration.ts";
import { controlCall, linkOf, Refused, type SimulatedLink, simulatedLinks, simulatorUrl } from "./control-client.ts";

interface Target {
  url?: string;
  link?: string;
  all?: boolean;
}

/** A command on links: its name here, the control command that it calls, and who does that. */
const ACTS = [
  ["accept", "accept", "the partner accepts the order: Requesting → Provisioning"],
  ["provision", "provision", "the partner has provisioned the link: → Active"],
  ["expire", "expire", "no partner answered in time: Requesting → Expired"],
  ["fail", "fail", "Scaleway could not create the link: → Failed"],
  ["repair", "repair", "Scaleway's engineers have repaired a link that had failed"],
  ["lock", "lock", "Scaleway's Trust and Safety locks the link"],
  ["unlock", "unlock", "Scaleway's Trust and Safety unlocks the link"],
  ["router", "configureRouter", "you have configured the router of a self-hosted link: Ready → Active"],
  ["delete", "partnerDeletes", "the partner deletes its side: Active → Deprovisioning → gone"],
] as const;

const DOING = "acting on simulated links";

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
      .addArgument(new Argument("<status>", "what it is then").choices(["up", "down"]))
      .addOption(new Option("--family <family>", "of one address family (default: both)").choices(FAMILIES))
      .action((status: string, { family, ...options }: Target & { family?: string }) =>
        act(
          options,
          "setSession",
          (family === undefined ? FAMILIES : [family]).map((one) => ({ family: one, status })),
        ),
      ),
    withUrl(new Command("advance").description("move the simulator's clock forward"))
      .argument("<duration>", "45s, 30m, 12h, 3d", parseDuration)
      .action(advance),
  ];
}

const withUrl = (command: Command) =>
  command.option(
    "--url <url>",
    "the simulator (default: SCW_API_URL on this machine, else http://127.0.0.1:4180)",
    url,
  );

const onLinks = (command: Command) =>
  withUrl(command)
    .option("--link <link>", "one link: an id, or a name with or without the characters that Pulumi adds")
    .option("--all", "each link that this can happen to");

async function act(target: Target, command: string, bodies: readonly object[] = [{}]): Promise<void> {
  const { link, all = false } = target;
  if ((link === undefined) !== all) {
    throw new UserError(DOING, {
      code: "command-failed",
      said: "give --link or --all, one of the two",
      now: "see --help.",
    });
  }
  const simulator = simulatorUrl(target.url);
  const links = await simulatedLinks(simulator);
  const targets = link === undefined ? links : [named(links, link)];
  let refusal: Refused | undefined;
  const done = new Map<string, SimulatedLink>();
  for (const { id } of targets) {
    for (const body of bodies) {
      try {
        done.set(id, linkOf(await controlCall(simulator, command, { linkId: id, ...body })));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        refusal = error;
      }
    }
  }
  if (done.size === 0)
    throw (
      refusal ?? new UserError(DOING, { code: "command-failed", said: "there is no link", now: "order one first." })
    );
  for (const { name, region, id, status } of done.values()) {
    console.log(`${name} (${region}/${id}): ${factsOf(status).label}`);
  }
}

function named(links: readonly SimulatedLink[], word: string): SimulatedLink {
  const exact = links.filter(({ id, name }) => id === word.toLowerCase() || name === word);
  // Pulumi's names end with seven hexadecimal digits.
  const found = exact.length > 0 ? exact : links.filter(({ name }) => name.replace(/-[0-9a-f]{7}$/, "") === word);
  const [link, ...others] = found;
  if (link && others.length === 0) return link;
  throw new UserError(DOING, {
    code: "command-failed",
    said: link
      ? `${found.length} links have the name ${word}: ${found.map(({ id }) => id).join(", ")}`
      : `there is no link ${word}. Available: ${links.map(({ name }) => name).join(", ") || "none"}`,
    now: link ? "give an id." : "give one of these, or --all.",
  });
}

async function advance(seconds: number, { url: given }: Pick<Target, "url">): Promise<void> {
  const now = await controlCall(simulatorUrl(given), "advance", { seconds });
  console.log(`${formatDuration(seconds)} later it is ${new Date(Number(now)).toISOString()} there`);
}

function url(text: string): string {
  const parsed = URL.parse(text);
  if (parsed?.protocol === "http:" || parsed?.protocol === "https:") return text;
  throw new InvalidArgumentError("Give a URL, such as http://127.0.0.1:4180.");
}

import { quoted } from "../../provider/domain/user-error.ts";
import { DIALECTS, routerConfig, unknownDialect } from "./config.ts";
import { DAEMONS, PUSH_SCRIPT } from "./push-script.ts";
import { misuse, routerOf, sessionsOf } from "./router.ts";
import { linuxInterface } from "./text.ts";
import type { RouterConfig } from "./types.ts";

/** How a router's configuration is put into force. Every command is a piece of shell, run on the router. */
export interface RouterApply {
  /**
   * What runs the script, which it is given as standard input: with `-s apply` behind it. Default `sh`; `sudo -n sh` for
   * a user other than root, `docker exec -i frr sh` in a container.
   */
  shell?: string;
  /** The router's configuration file. Default `/etc/frr/frr.conf` or `/etc/bird/bird.conf`. */
  file?: string;
  /** The daemon's command line. Default `vtysh` or `birdc`. */
  cli?: string;
  /** Checks the file whose path follows. Default `vtysh -C -f` or `bird -p -c`. */
  check?: string;
  /**
   * FRRouting: brings the file whose path follows into force. Default `/usr/lib/frr/frr-reload.py --reload
   * --stdout` (Debian's package `frr-pythontools`). BIRD does it by its command line.
   */
  reload?: string;
  /** Seconds within which sessions that were up before have to be up again: a whole number, 1 to 3600. Default 60. */
  sessionTimeoutSeconds?: number;
}

/** A dialect whose routers can be configured over a shell. */
export type PushDialect = keyof typeof DAEMONS;

/** Throws for a dialect whose text can only be rendered. */
export function refuseUnlessPushable(name: string, dialect: string): asserts dialect is PushDialect {
  if (Object.hasOwn(DAEMONS, dialect)) return;
  const can = Object.keys(DAEMONS).join(" and ");
  if (!Object.hasOwn(DIALECTS, dialect)) throw unknownDialect(dialect);
  throw misuse(
    `pushing the configuration of router ${JSON.stringify(name)}`,
    `a configuration for ${dialect} can be rendered, but not pushed: only ${can} can`,
    "load the text of routerConfig() with the router's own commit-confirm, as its first lines say.",
  );
}

/** Throws for seconds that the script can't count. */
export function refuseUnlessSeconds(name: string, seconds = 60): void {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600) return;
  throw misuse(
    `pushing the configuration of router ${JSON.stringify(name)}`,
    `apply.sessionTimeoutSeconds is ${quoted(seconds)}`,
    "give a whole number of seconds from 1 to 3600, or none for 60.",
  );
}

/** The shell commands that push a configuration, and take it away again. */
export interface PushCommands {
  /** The rendered configuration. */
  config: string;
  /** What both commands take as standard input. As part of the command it would be part of every error message. */
  script: string;
  /** Applies it, or leaves all as it was and exits with 1. Prints a line `session <name> up|down` for each session. */
  push: string;
  /** Takes it out again. */
  remove: string;
}

/**
 * Renders a configuration and the commands that push it: one POSIX shell script, which changes nothing before all that
 * can be checked has been, keeps the previous file beside the new one, and puts it back when a session that was up does
 * not come up again.
 * @param name tells this part of the router's configuration from others
 * @throws RunError for a dialect that can only be rendered, a session timeout that is none, and all that `routerConfig`
 * refuses
 */
export function pushCommands(
  name: string,
  config: RouterConfig & { dialect: PushDialect },
  apply: RouterApply = {},
): PushCommands {
  refuseUnlessPushable(name, config.dialect);
  const { sessionTimeoutSeconds = 60 } = apply;
  refuseUnlessSeconds(name, sessionTimeoutSeconds);
  const text = routerConfig(config);
  const push = DAEMONS[config.dialect];
  const { shell = "sh", file = push.file, cli = push.cli, check = push.check, reload = push.reload } = apply;
  // Without awk half a file would be made; without frr-reload.py a load fails when it is too late to say so simply.
  const programs = ["awk", "grep", "sed", "ip", cli, check, reload]
    .flatMap((command) => command.split(" ", 1))
    .filter(Boolean);
  const router = routerOf(config);
  const label = name.replaceAll(/[^A-Za-z0-9._-]/g, "-");
  const script = `# Pushes the part of Scaleway InterLink ${label}.
cli() { ${cli} "$@"; }
check() { ${check} "$@"; }
reload() { ${reload || ":"} "$@"; }
file=${quote(file)} timeout=${sessionTimeoutSeconds} programs=${quote(programs.join(" "))}
begin=${quote(`${push.comment} BEGIN interlink ${label}`)} end=${quote(`${push.comment} END interlink ${label}`)}
mark=${quote(`pulumi-scaleway-interlink ${label}`)}
part="$file.interlink-${label}" previous="$file.interlink-previous" new="$file.interlink-new" said="$file.interlink-said" wanted="$file.interlink-wanted"
rest="$file.interlink-rest" ours="$file.interlink-ours" next="$file.interlink-next" runs="$file.interlink-runs" saved="$file.interlink-saved"
sessions() {
cat <<'INTERLINK'
${sessionsOf(router)
  .map(({ name: session, neighbor }) => `${session} ${neighbor}`)
  .join("\n")}
INTERLINK
}
interfaces() {
cat <<'INTERLINK'
${router.legs.map((leg) => `${leg.port} ${leg.vlan} ${linuxInterface(leg)} ${leg.addresses.ipv4} ${leg.addresses.ipv6}`).join("\n")}
INTERLINK
}
part() {
cat <<'INTERLINK'
${text}INTERLINK
}
${push.functions}
${PUSH_SCRIPT}`;
  return { config: text, script, push: `${shell} -s apply`, remove: `${shell} -s remove` };
}

/** A word of the shell, whatever is in it. */
const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

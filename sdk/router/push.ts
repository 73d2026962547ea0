import { quoted } from "../../provider/domain/user-error.ts";
import { DIALECTS, routerConfig, unknownDialect } from "./config.ts";
import { DAEMONS, PUSH_SCRIPT } from "./push-script.ts";
import { misuse, routerOf, sessionsOf } from "./router.ts";
import { linuxInterface } from "./text.ts";
import type { RouterConfig } from "./types.ts";

/** How to apply a router's configuration. Every command is shell code that runs on the router. */
export interface RouterApply {
  /**
   * The shell that runs the script, called with `-s apply` and the script on standard input. Default `sh`. Use
   * `sudo -n sh` if the user is not root, `docker exec -i frr sh` for a container.
   */
  shell?: string;
  /** The router's configuration file. Default `/etc/frr/frr.conf` or `/etc/bird/bird.conf`. */
  file?: string;
  /** The daemon's command-line client. Default `vtysh` or `birdc`. */
  cli?: string;
  /** Command that checks a file; the path is appended. Default `vtysh -C -f` or `bird -p -c`. */
  check?: string;
  /**
   * FRRouting only: command that loads a file; the path is appended. Default `/usr/lib/frr/frr-reload.py --reload
   * --stdout` (Debian's package `frr-pythontools`). BIRD loads it through `cli`.
   */
  reload?: string;
  /** Time in seconds for sessions that were up before to come up again: a whole number, 1 to 3600. Default 60. */
  sessionTimeoutSeconds?: number;
}

/** A dialect that can be pushed to the router through a shell. */
export type PushDialect = keyof typeof DAEMONS;

/** Throws if the dialect can be rendered but not pushed. */
export function refuseUnlessPushable(name: string, dialect: string): asserts dialect is PushDialect {
  if (Object.hasOwn(DAEMONS, dialect)) return;
  const can = Object.keys(DAEMONS).join(" and ");
  if (!Object.hasOwn(DIALECTS, dialect)) throw unknownDialect(dialect);
  throw misuse(
    `pushing the configuration of router ${JSON.stringify(name)}`,
    `${dialect} can be rendered, but not pushed; only ${can} can be pushed`,
    "load the text of routerConfig() with the router's commit-confirm, as described in its first lines.",
  );
}

/** Throws for an invalid session timeout. */
export function refuseUnlessSeconds(name: string, seconds = 60): void {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600) return;
  throw misuse(
    `pushing the configuration of router ${JSON.stringify(name)}`,
    `apply.sessionTimeoutSeconds is ${quoted(seconds)}`,
    "give a whole number of seconds from 1 to 3600, or omit it (default 60).",
  );
}

/** The shell commands that push a configuration and remove it. */
export interface PushCommands {
  /** The rendered configuration. */
  config: string;
  /** Standard input of both commands. As part of the command, it would appear in every error message. */
  script: string;
  /** Applies the configuration, or changes nothing and exits with 1. Prints `session <name> up|down` per session. */
  push: string;
  /** Removes the configuration. */
  remove: string;
}

/**
 * Renders a configuration and the commands that push it: one POSIX shell script. The script finishes all its checks
 * before it makes a change, keeps the previous file, and restores it if a session that was up does not come up again.
 * @param name distinguishes this part of the router's configuration from others
 * @throws RunError for a dialect that can only be rendered, an invalid session timeout, and all errors of `routerConfig`
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
  // Checked first: without awk, half a file would be written; without frr-reload.py, the load would fail after the
  // change.
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

/** Quotes a text as one word of the shell. */
const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

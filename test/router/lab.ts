import { execFile, execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { PushDialect, RouterApply } from "../../sdk/router/index.ts";
import { systemPath } from "../../tools/debian-packages.ts";
import { paris } from "./configs.ts";

// The tests start daemons by name.
process.env.PATH = systemPath();
const run = promisify(execFile);
const ip = (...args: string[]) => execFileSync("ip", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** Why no router can run on this machine; undefined if one can. */
export function whyNoLab(): string | undefined {
  if (process.getuid?.() !== 0) return "network namespaces need root";
  if (!["/usr/bin/vtysh", "/usr/sbin/bird"].every(existsSync)) return "FRRouting and BIRD are not installed";
  try {
    // The name is unique, because other test files probe at the same time.
    const probe = `interlink-probe-${process.pid}`;
    ip("netns", "add", probe);
    ip("netns", "delete", probe);
    return undefined;
  } catch (error) {
    return `no network namespaces: ${error instanceof Error ? error.message : error}`;
  }
}

/** The exit code and output of a command. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** A customer's router and Scaleway's, each in its own network namespace, connected by a cable. */
export interface Lab {
  /** The router's configuration file. */
  file: string;
  /** The paths and sockets of this router, for the push. */
  apply: RouterApply;
  /** Runs a command on the router. */
  onRouter(...command: string[]): Promise<Ended>;
  /** Runs a command of Scaleway's BIRD and returns its output. */
  atScaleway(command: string): Promise<string>;
  /** Connects a new cable, because deleting an interface deletes its cable too. */
  plug(): void;
  stop(): void;
}

/**
 * The router's configuration apart from InterLink: two internal routes, one of which Scaleway must not learn. For FRRouting
 * also a router id and a network, which our part contains too.
 */
const BASE: Record<PushDialect, string> = {
  frr: "frr defaults traditional\n!\nip route 10.10.0.0/16 blackhole\nip route 10.99.0.0/16 blackhole\n!\nrouter bgp 39801\n bgp router-id 192.0.2.1\n !\n address-family ipv4 unicast\n  network 10.10.0.0/16\n exit-address-family\nexit\n",
  bird: `router id 192.0.2.1;
protocol device { scan time 1; }
protocol static inside { ipv4; route 10.10.0.0/16 unreachable; route 10.99.0.0/16 unreachable; }
`,
};

/** Scaleway's side. It advertises more than the policy allows, and reconnects sooner than a real router. */
const SCALEWAY = (folder: string) => {
  const session = (family: "ipv4" | "ipv6") => `protocol bgp to_${family} {
  local ${paris.scw[family].split("/")[0]} as 12876;
  neighbor ${paris.peer[family].split("/")[0]} as 39801;
  connect delay time 1; connect retry time 1; error wait time 1, 1;
  ${family} { import all; export all; };
}
`;
  return `log "${folder}/scaleway.log" all;
router id 10.255.0.1;
protocol device { scan time 1; }
protocol static { ipv4; route 172.16.1.0/24 unreachable; route 192.168.0.0/16 unreachable; }
protocol static { ipv6; route fd00:1:0:7::/64 unreachable; route fd00:2::/48 unreachable; }
${session("ipv4")}${session("ipv6")}`;
};

/** Starts both routers in a new lab. */
export function startLab(dialect: PushDialect): Lab {
  const folder = mkdtempSync(join(tmpdir(), "interlink-lab-"));
  const router = `${folder.split("-").at(-1)}-router`;
  const scaleway = `${folder.split("-").at(-1)}-scaleway`;
  const file = join(folder, dialect === "frr" ? "frr.conf" : "bird.conf");
  writeFileSync(file, BASE[dialect]);
  writeFileSync(join(folder, "scaleway.conf"), SCALEWAY(folder));
  writeFileSync(join(folder, "vtysh.conf"), "");
  fakeVlans(folder);
  const daemon = (namespace: string, command: string, ...args: string[]) =>
    execFileSync("ip", ["netns", "exec", namespace, command, ...args], { stdio: "ignore" });
  const bird = (namespace: string, name: string) =>
    daemon(
      namespace,
      "bird",
      ...["-c", join(folder, `${name}.conf`), "-s", join(folder, `${name}.ctl`), "-P", join(folder, `${name}.pid`)],
    );
  const path = `${join(folder, "bin")}:${process.env.PATH}`;
  const apply: RouterApply = {
    shell: `ip netns exec ${router} env PATH=${path} sh`,
    file,
    sessionTimeoutSeconds: 4,
  };
  if (dialect === "bird") apply.cli = `birdc -s ${join(folder, "bird.ctl")}`;
  else {
    apply.cli = `vtysh --vty_socket ${folder} --config_dir ${folder}`;
    apply.reload = `/usr/lib/frr/frr-reload.py --reload --stdout --vty_socket ${folder} --confdir ${folder} --rundir ${folder}`;
  }
  const lab: Lab = {
    file,
    apply,
    onRouter: (...command) => ended("ip", ["netns", "exec", router, ...command]),
    atScaleway: async (command) => {
      const { stdout } = await run("birdc", ["-s", join(folder, "scaleway.ctl"), command]);
      return stdout;
    },
    plug() {
      ip("-n", router, "link", "add", "spare", "type", "veth", "peer", "name", "scw", "netns", scaleway);
      ip("-n", scaleway, "address", "add", paris.scw.ipv4, "dev", "scw");
      ip("-n", scaleway, "address", "add", paris.scw.ipv6, "dev", "scw", "nodad");
      ip("-n", scaleway, "link", "set", "scw", "up");
    },
    stop() {
      for (const name of ["bird", "scaleway", "zebra", "staticd", "bgpd"]) {
        const pid = join(folder, `${name}.pid`);
        if (existsSync(pid)) process.kill(Number(readFileSync(pid, "utf8")));
      }
      const namespaces = ip("netns", "list");
      for (const namespace of [router, scaleway]) {
        if (namespaces.includes(namespace)) ip("netns", "delete", namespace);
      }
      rmSync(folder, { recursive: true });
    },
  };
  try {
    for (const namespace of [router, scaleway]) {
      ip("netns", "add", namespace);
      ip("-n", namespace, "link", "set", "lo", "up");
    }
    // The router's port, without a cable.
    ip("-n", router, "link", "add", "eth1", "type", "veth", "peer", "name", "unused");
    lab.plug();
    bird(scaleway, "scaleway");
    if (dialect === "bird") bird(router, "bird");
    else {
      // The daemons run as the user frr, who creates sockets here.
      chmodSync(folder, 0o777);
      for (const name of ["zebra", "staticd", "bgpd"]) {
        const paths = ["--vty_socket", folder, "-i", join(folder, `${name}.pid`), "-z", join(folder, "zserv.api")];
        daemon(router, `/usr/lib/frr/${name}`, "-d", ...paths, "-f", file, "-P", "0");
      }
    }
    return lab;
  } catch (error) {
    lab.stop();
    throw error;
  }
}

/**
 * Installs an `ip` that uses the spare cable instead of creating a VLAN, because not every kernel that runs these tests
 * supports VLANs. It passes all other commands to the real `ip`.
 */
function fakeVlans(folder: string): void {
  mkdirSync(join(folder, "bin"));
  const script = `#!/bin/sh
case "$*" in
  "link add link eth1 name eth1.2386 type vlan id 2386") exec /usr/sbin/ip link set dev spare name eth1.2386 ;;
  *) exec /usr/sbin/ip "$@" ;;
esac
`;
  writeFileSync(join(folder, "bin", "ip"), script, { mode: 0o755 });
}

/** Runs a shell command as Pulumi's Command does. */
export const shell = (command: string, stdin = ""): Promise<Ended> => ended("sh", ["-c", command], stdin);

/** Runs a program to its end and returns its exit code and output, also if it fails. */
export async function ended(file: string, args: string[], stdin = ""): Promise<Ended> {
  const running = run(file, args);
  // The pipe breaks if the program ends without reading its input.
  running.child.stdin?.on("error", () => {}).end(stdin);
  try {
    return { code: 0, ...(await running) };
  } catch (error) {
    const { code, stdout, stderr } = error as Ended;
    return { code, stdout, stderr };
  }
}

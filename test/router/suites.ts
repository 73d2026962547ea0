import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PushDialect, pushCommands, type RouterApply } from "../../sdk/router/push.ts";
import type { RouterConfig, RouterLeg } from "../../sdk/router/types.ts";
import { paris } from "./configs.ts";
import { type Ended, ended, type Lab, shell, startLab, whyNoLab } from "./lab.ts";

const reason = whyNoLab();

/** A session needs some seconds, and FRRouting handles new static routes with a delay. */
const SOON = { timeout: 15_000 };

const golden = join(import.meta.dirname, "..", "..", "sdk", "router", "golden");
const PARSERS: Record<PushDialect, string[]> = { frr: ["vtysh", "-C", "-f"], bird: ["bird", "-p", "-c"] };

/** Checks the rendered configurations with the real parser. */
export function parserSuite(dialect: PushDialect): void {
  const files = readdirSync(golden).filter((name) => name.startsWith(`${dialect}-`));
  const [parser = "", ...flags] = PARSERS[dialect];
  const installed = ["/usr/bin", "/usr/sbin"].some((folder) => existsSync(join(folder, parser)));
  if (!installed) console.warn(`⚠ SKIPPED: the parser tests for ${dialect}, because ${parser} is not installed`);
  test.skipIf(!installed).each(files)(`${parser} accepts the configuration %s`, async (name) => {
    expect(await ended(parser, [...flags, join(golden, name)])).toEqual({ code: 0, stdout: "", stderr: "" });
  });
}

/** Runs the commands of CustomerRouter with a real daemon, against a BIRD in the role of Scaleway. */
export function pushSuite(dialect: PushDialect): void {
  if (reason) console.warn(`⚠ SKIPPED: the router tests for ${dialect}, because ${reason}`);
  describe.skipIf(reason)(`Push to ${dialect}`, () => {
    let lab: Lab;
    beforeAll(() => {
      lab = startLab(dialect);
    });
    afterAll(() => lab?.stop());

    const leg: RouterLeg = {
      ...paris,
      preference: "high",
      prefixLimit: { prefixes: 100 },
      allowedRoutes: {
        ipv4: { in: ["10.10.0.0/16"], out: ["172.16.0.0/22"] },
        ipv6: { in: ["2001:db8:10::/48"], out: ["fd00:1::/48"] },
      },
    };
    const commands = (change: Partial<RouterLeg> = {}, options: Partial<RouterConfig> = {}, apply: RouterApply = {}) =>
      pushCommands(
        "edge",
        { legs: [{ ...leg, ...change }], ...(dialect === "frr" && { routerId: "192.0.2.1" }), ...options, dialect },
        { ...lab.apply, ...apply },
      );
    const push = (...args: Parameters<typeof commands>): Promise<Ended> => {
      const { push, script } = commands(...args);
      return shell(push, script);
    };
    const text = () => readFileSync(lab.file, "utf8");
    const routes = async () =>
      [
        ...(await lab.atScaleway("show route all")).matchAll(/^(\S+) +unicast[\s\S]*?BGP.local_pref[^\n]*\n([^\n]*)/gm),
      ].map(([, prefix, community]) => `${prefix} ${community?.trim()}`);
    const learned = async () => {
      const shown =
        dialect === "bird"
          ? await shell(`${lab.apply.cli} show route all`)
          : await shell(`${lab.apply.cli} -c 'show bgp ipv4 unicast' -c 'show bgp ipv6 unicast'`);
      return shown.stdout;
    };
    /** FRRouting's running configuration without our part. It includes unsaved changes and what comes from the kernel. */
    const runs = async () => {
      if (dialect === "bird") return [];
      const { stdout } = await shell(`${lab.apply.cli} -c 'show running-config'`);
      return stdout
        .split("\n")
        .filter(
          (line) =>
            /^(?!route-map|interface|exit|!|ip prefix-list|ipv6 prefix-list)\S/.test(line) &&
            !/10\.10\.5\.|2001:db8:10:/.test(line),
        );
    };
    const bothUp = "session interlink-paris-ipv4 up\nsession interlink-paris-ipv6 up\n";
    let original: string;

    test(`A push to ${dialect} does not install a file that the parser refuses`, async () => {
      original = text();
      writeFileSync(lab.file, `${original}nonsense\n`);
      const { code, stderr } = await push();
      expect(stderr).toMatch(/^interlink: the new configuration is refused. Nothing was changed. .*(nonsense|syntax)/s);
      expect(code).toBe(1);
      expect(text()).toBe(`${original}nonsense\n`);
      writeFileSync(lab.file, original);
    });

    test.each<[string, Partial<RouterLeg>, RouterApply, RegExp]>([
      ["a missing port", { interface: "eth7" }, {}, /no interface eth7 on this router, for VLAN 2386/],
      [
        "a stopped daemon",
        {},
        { cli: dialect === "bird" ? "birdc -s /none" : "vtysh --vty_socket /none" },
        /daemon does not answer/,
      ],
      ["a missing daemon", {}, { cli: "gobgp" }, /there is no gobgp on this router/],
      ["a missing file", {}, { file: "/none/router.conf" }, /\/none\/router.conf is not there or can't be written/],
    ])(`A push to ${dialect} reports %s and makes no change`, async (_, change, apply, message) => {
      const { code, stderr } = await push(change, {}, apply);
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(/Nothing was changed/);
      expect(code).toBe(1);
      expect(text()).toBe(original);
      expect(existsSync(`${lab.file}.interlink-new`)).toBe(false);
    });

    test(`A push to ${dialect} restores the previous configuration if the new one cannot be loaded`, async () => {
      const failed = `${lab.file}.failed`;
      const once = (command = "", when = "*") =>
        `sh -c 'case "$*" in ${when}) [ -e ${failed} ] || { touch ${failed}; echo Error: no; exit 1; } ;; esac; exec ${command} "$@"' once`;
      const broken =
        dialect === "bird" ? { cli: once(lab.apply.cli, "configure*") } : { reload: once(lab.apply.reload) };
      const { code, stderr } = await push({}, {}, broken);
      expect(stderr).toBe(
        "interlink: the new configuration could not be loaded. The previous one is back. Error: no\n",
      );
      expect(code).toBe(1);
      expect(text()).toBe(original);
      expect((await lab.onRouter("ip", "link", "show")).stdout).not.toContain("eth1.2386");
      lab.plug();
    });

    test(`A push to ${dialect} brings both sessions up and announces only the given prefix, with its community`, async () => {
      const before = statSync(lab.file);
      const { code, stdout, stderr } = await push();
      expect(stderr).toBe("");
      expect(stdout).toBe(
        `made eth1.2386, until the next boot: let the network configuration of this router make it too\n${bothUp}`,
      );
      expect(code).toBe(0);
      expect(text()).toContain(original);
      expect(statSync(lab.file)).toMatchObject({ mode: before.mode, uid: before.uid, gid: before.gid });
      expect(readFileSync(`${lab.file}.interlink-previous`, "utf8")).toBe(original);
      await expect.poll(routes, SOON).toEqual(["10.10.0.0/16 BGP.community: (12876,42200)"]);
    });

    test(`The router (${dialect}) accepts only routes that the policy allows, with the link's preference`, async () => {
      await expect.poll(learned, SOON).toContain("fd00:1:0:7::/64");
      const shown = await learned();
      expect(shown).toContain("172.16.1.0/24");
      expect(shown).not.toMatch(/192\.168\.0\.0|fd00:2::/);
      expect(shown).toMatch(dialect === "bird" ? /BGP.local_pref: 200/ : /172\.16\.1\.0\/24 .* 200 /);
    });

    test(`A push to ${dialect} that changes the announced prefixes keeps the sessions up`, async () => {
      // BIRD computes the time of day again for each command, to the millisecond.
      const since = async () => {
        const shown = (await lab.atScaleway("show protocols")).match(/^to_ipv4 .* (\d+):(\d+):([\d.]+) +Established/m);
        const [hours, minutes, seconds] = (shown ?? []).slice(1).map(Number) as [number, number, number];
        return (hours * 60 + minutes) * 60 + seconds;
      };
      const upSince = await since();
      // A VLAN that an earlier push created for a link that no longer exists.
      await lab.onRouter("ip", "link", "add", "eth1.9", "type", "veth", "peer", "name", "far9");
      await lab.onRouter("ip", "link", "set", "eth1.9", "alias", "pulumi-scaleway-interlink edge");
      // An engineer who saves removes all comments from FRRouting's file.
      if (dialect === "frr") {
        await shell(`${lab.apply.cli} -c 'write memory'`);
        await shell(`${lab.apply.cli} -c 'configure terminal' -c 'ip route 10.77.0.0/16 blackhole'`);
      }
      const others = await runs();
      const announce = ["10.10.5.0/24", "2001:db8:10::/48"];
      const { stdout, stderr } = await push({ announce, preference: "low" }, { originate: true });
      expect(stderr).toBe("");
      expect(stdout).toBe(bothUp);
      expect(text()).not.toMatch(/12876:42200|permit 10\.10\.0\.0\/16/);
      await expect
        .poll(routes, SOON)
        .toEqual(["10.10.5.0/24 BGP.community: (12876,42050)", "2001:db8:10::/48 BGP.community: (12876,42050)"]);
      expect(await since()).toBeCloseTo(upSince, 1);
      expect((await lab.onRouter("ip", "link", "show")).stdout).not.toContain("eth1.9");
      expect(await runs()).toEqual(others);
    });

    test(`A push to ${dialect} restores the previous configuration if a session does not come up again`, async () => {
      const before = text();
      const { code, stdout, stderr } = await push({ scw: { ...leg.scw, asn: 12877 } });
      expect(stderr).toMatch(
        /^interlink: sessions that were up did not come up again within \d s: interlink-paris-ipv4 interlink-paris-ipv6\. The previous configuration is back, /,
      );
      expect([code, stdout]).toEqual([1, ""]);
      expect(text()).toBe(before);
      await expect.poll(routes, SOON).toHaveLength(2);
    });

    if (dialect === "bird") {
      test(`A push to ${dialect} that is killed halfway restores the previous configuration`, async () => {
        const before = text();
        const change = { announce: [], scw: { ...leg.scw, asn: 12877 } };
        const { push, script } = commands(change);
        const child = spawn("sh", ["-c", push], { detached: true });
        child.stdin.end(script);
        const gone = new Promise((resolve) => child.once("exit", resolve));
        await expect.poll(text, SOON).toContain("12877");
        process.kill(-(child.pid ?? Number.NaN), "SIGTERM");
        await gone;
        await expect.poll(text, SOON).toBe(before);
        await expect.poll(routes, SOON).toHaveLength(2);
      });
    }

    test(`The InterLink part of a ${dialect} configuration can be removed again`, async () => {
      const { remove, script } = commands();
      expect(await shell(remove, script)).toEqual({ code: 0, stdout: "", stderr: "" });
      expect(text()).not.toContain("interlink");
      if (dialect === "bird") expect(text()).toBe(original);
      else {
        const running = (await shell(`${lab.apply.cli} -c 'show running-config'`)).stdout;
        for (const shown of [text(), running]) {
          expect(shown).toMatch(
            /^router bgp 39801\n bgp router-id 192\.0\.2\.1\n( !\n)? address-family ipv4 unicast\n {2}network 10\.10\.0\.0\/16\n exit/m,
          );
        }
        expect(running).not.toMatch(/interlink|169\.254|10\.10\.5\./);
      }
      expect((await lab.onRouter("ip", "link", "show")).stdout).not.toContain("eth1.2386");
      expect(existsSync(`${lab.file}.interlink-edge`)).toBe(false);
      await expect.poll(routes, SOON).toEqual([]);
    });
  });
}

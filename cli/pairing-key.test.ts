import { describe, expect, test } from "vitest";
import { runCommand } from "../test/cli.ts";
import { PARTNER, POP, PROJECT, worldOfFile } from "../test/world.ts";

const { simulator, env } = await worldOfFile();
const { control, seed } = simulator;
const SLOW = 20_000;

function order(name: string, owner = "network/prod", extra: { projectId?: string; partner?: string } = {}) {
  return seed.link({
    name,
    pop_id: POP.TH2,
    bandwidth_mbps: 1000,
    partner_id: extra.partner ?? PARTNER.franceIX,
    tags: [`pulumi:${owner}/${name}#0123456789ab`],
    ...(extra.projectId && { projectId: extra.projectId }),
  });
}
const keyOf = (link: ReturnType<typeof order>) => link.partner?.pairing_key ?? "no key";
const pairingKey = (...args: string[]) => runCommand(["pairing-key", ...args], env);

describe("interlink pairing-key", () => {
  test(
    "shows the key, the partner and the expiry date of each waiting link, and no other key",
    async () => {
      const paris = order("paris");
      const lyon = order("lyon", "network/prod", { partner: PARTNER.freePro });
      const others = [order("accepted"), order("live"), order("foreign", "x/y", { projectId: POP.DC2 })];
      control.accept(others[0]?.id ?? "");
      control.provision(others[1]?.id ?? "");
      const { code, stdout, stderr } = await pairingKey();
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toMatch(
        new RegExp(
          `^paris \\(fr-par/${paris.id}\\)\n` +
            `  pairing key: ${keyOf(paris)}\n` +
            "  give it to:  FranceIX \\(l2-support@franceix.net, https://.*\\)\n" +
            "  before:      \\d+ \\w+ \\d{4}\n\n" +
            `lyon \\(fr-par/${lyon.id}\\)\n  pairing key: ${keyOf(lyon)}\n  give it to:  FreePro `,
        ),
      );
      for (const other of others) expect(stdout).not.toContain(keyOf(other));
    },
    SLOW,
  );

  test(
    "with --quiet writes only the key, of a link by name or of an owner's only link",
    async () => {
      const paris = order("paris");
      const lyon = order("lyon", "network/staging");
      const both = await Promise.all([
        pairingKey("--quiet", "--link", "paris"),
        pairingKey("--quiet", "--link", `fr-par/${lyon.id}`),
        pairingKey("--quiet", "--owner", "network/staging"),
      ]);
      expect(both.map(({ code, stdout, stderr }) => [code, stdout, stderr])).toEqual([
        [0, `${keyOf(paris)}\n`, ""],
        [0, `${keyOf(lyon)}\n`, ""],
        [0, `${keyOf(lyon)}\n`, ""],
      ]);
      const ambiguous = await pairingKey("--quiet");
      expect([ambiguous.code, ambiguous.stdout]).toEqual([1, ""]);
      expect(ambiguous.stderr).toContain("2 links are waiting for their partners: paris, lyon\n");
    },
    SLOW,
  );

  test(
    "with --json writes link, partner, expiry date and key",
    async () => {
      const paris = order("paris");
      const { stdout } = await pairingKey("--json", "--owner", "network/prod/paris");
      expect(JSON.parse(stdout)).toEqual([
        {
          id: paris.id,
          name: "paris",
          region: "fr-par",
          owner: "network/prod/paris",
          partner: {
            id: PARTNER.franceIX,
            name: "FranceIX",
            contactEmail: "l2-support@franceix.net",
            portalUrl: expect.stringContaining("https://"),
          },
          expiresAt: new Date(Date.parse(paris.created_at ?? "") + 10 * 86_400_000).toISOString(),
          pairingKey: keyOf(paris),
        },
      ]);
    },
    SLOW,
  );

  test(
    "warns if no link is waiting, and fails with --quiet",
    async () => {
      const paris = order("paris");
      control.provision(paris.id);
      const warning = "no link is waiting for its partner (paris is Active)";
      expect(await pairingKey("--json")).toEqual({ code: 0, stdout: "[]\n", stderr: `warning: ${warning}\n` });
      const quiet = await pairingKey("--quiet");
      expect([quiet.code, quiet.stdout, quiet.stderr]).toEqual([1, "", expect.stringContaining(warning)]);
    },
    SLOW,
  );

  test(
    "rejects an unknown owner, --owner with --link, and a link of another project",
    async () => {
      order("paris");
      const foreign = order("foreign", "x/y", { projectId: POP.DC2 });
      const results = await Promise.all([
        pairingKey("--owner", "typo/dev"),
        pairingKey("--owner", "network/prod", "--link", "paris"),
        pairingKey("--link", foreign.id),
      ]);
      expect(results.map(({ code, stdout }) => [code, stdout])).toEqual([
        [1, ""],
        [1, ""],
        [1, ""],
      ]);
      expect(results[0]?.stderr).toContain("Available: network/prod/paris");
      expect(results[1]?.stderr).toContain("--owner and --link cannot be combined");
      expect(results[2]?.stderr).toContain(`does not belong to project ${PROJECT}`);
    },
    SLOW,
  );
});

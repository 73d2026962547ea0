/** Which releases of the Pulumi CLI and SDK the tests run on, as texts name them. */

/** Two releases of Pulumi, such as 3.259.0. */
export interface PulumiVersions {
  cli: string;
  sdk: string;
}

/**
 * What `PULUMI_VERSION` names: one release for the CLI and the SDK (`3.260.0`), or one for each, the CLI's first
 * (`3.274.1/3.276.0`). `latest` stands for the release that npm has as the SDK's latest.
 * @throws An error that shows the forms.
 */
export function parsePulumiVersions(text: string, latest: string): PulumiVersions {
  const [cli = "", sdk = cli, ...more] = text.split("/").map((version) => (version === "latest" ? latest : version));
  if (more.length > 0 || ![cli, sdk].every((version) => /^\d+\.\d+\.\d+$/.test(version))) {
    throw new Error(
      `PULUMI_VERSION=${text} names no release of Pulumi. Set it to one (3.260.0), to "latest", or to one of the CLI ` +
        "and one of the SDK (3.274.1/3.276.0, 3.274.1/latest).",
    );
  }
  return { cli, sdk };
}

/** The release of the CLI that a go.mod with Pulumi's modules pins. */
export function pinnedCli(goMod: string): string {
  const [, version] = /^\tgithub\.com\/pulumi\/pulumi\/pkg\/v3 v(\S+)/m.exec(goMod) ?? [];
  if (version === undefined) throw new Error("tools/pulumi/go.mod pins no github.com/pulumi/pulumi/pkg/v3.");
  return version;
}

/** The same go.mod for another release. `go build -mod=mod` adds what that release needs besides. */
export function pinCli(goMod: string, version: string): string {
  return goMod.replace(/^(\tgithub\.com\/pulumi\/pulumi\/(?:pkg|sdk)\/v3) v\S+/gm, `$1 v${version}`);
}

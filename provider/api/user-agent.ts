import { readFileSync } from "node:fs";

/** How all of the package's calls name their sender: package and version, Node and version. */
export const userAgent = (): string => `pulumi-scaleway-interlink/${packageVersion()} node/${process.versions.node}`;

/** The version of this package, such as `0.1.0`. */
export function packageVersion(): string {
  // Three levels up from dist/provider/api/, where this runs; two from provider/api/, in tests.
  for (const path of ["../../../package.json", "../../package.json"]) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
      if (name === "pulumi-scaleway-interlink") return String(version);
    } catch {
      // Not there: the next one is.
    }
  }
  return "unknown";
}

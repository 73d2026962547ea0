import { readFileSync } from "node:fs";

/** Set by the bundler when the package is bundled into one file. */
declare const BUNDLED_VERSION: string;

/** The version of this package, such as `0.1.0`. */
export function packageVersion(): string {
  if (typeof BUNDLED_VERSION === "string") return BUNDLED_VERSION;
  // Three levels up from dist/provider/domain/, where this runs; two from provider/domain/, in tests.
  for (const path of ["../../../package.json", "../../package.json"]) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
      if (name === "pulumi-scaleway-interlink") return String(version);
    } catch {
      // No such file: try the next path.
    }
  }
  return "unknown";
}

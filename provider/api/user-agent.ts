import { packageVersion } from "../domain/package-version.ts";

/** How all of the package's calls name their sender: package and version, Node and version. */
export const userAgent = (): string => `pulumi-scaleway-interlink/${packageVersion()} node/${process.versions.node}`;

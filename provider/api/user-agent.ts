import { packageVersion } from "../domain/package-version.ts";

/** The User-Agent of all calls: the versions of the package and of Node.js. */
export const userAgent = (): string => `pulumi-scaleway-interlink/${packageVersion()} node/${process.versions.node}`;

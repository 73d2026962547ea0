// Bundles the plugin's executable into one file that needs Node and nothing else, not even this package:
//   node tools/plugin-bundle.mjs
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

// The name by which the engine looks for it, so that the folder can be on PATH, or be installed as a plugin as it is.
const outfile = "dist/plugin/pulumi-resource-scaleway-interlink";
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

await build({
  entryPoints: ["sdk/plugin/main.ts"],
  outfile,
  bundle: true,
  platform: "node",
  target: "node22",
  // Pulumi's own code is CommonJS, and a single executable of Node takes nothing else.
  format: "cjs",
  minify: true,
  keepNames: true,
  legalComments: "none",
  banner: { js: "#!/usr/bin/env node" },
  define: { BUNDLED_VERSION: JSON.stringify(version) },
  logLevel: "warning",
  // What nothing of ours calls: the closures of Pulumi's dynamic host, and how it finds a project's packages.
  external: ["typescript", "ts-node", "node-gyp/*"],
});
chmodSync(outfile, 0o755);
// A file without an ending is what its package says.
writeFileSync("dist/plugin/package.json", '{ "type": "commonjs" }\n');

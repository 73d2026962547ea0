// Bundles the plugin's executable into one file that needs Node and nothing else, not even this package:
//   node tools/plugin-bundle.mjs
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

// The name by which the engine looks for it, so that the folder can be on PATH, or be installed as a plugin as it is.
const outfile = "dist/plugin/pulumi-resource-scaleway-interlink";
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

/**
 * Leaves out what nothing of ours calls, which is a third of the memory, and what would be looked for beside the executable:
 * the TypeScript compiler and npm's own tools, by which Pulumi serializes closures, and the Automation API.
 */
const withoutUnused = {
  name: "without-unused",
  setup({ onResolve, onLoad }) {
    const unused =
      /typescript-shim(\.js)?$|^(typescript|ts-node|@npmcli\/arborist|normalize-package-data)$|^node-gyp|^\.\/automation$/;
    onResolve({ filter: unused }, () => ({ path: "none", namespace: "none" }));
    onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "module.exports = {};" }));
  },
};

await build({
  entryPoints: ["sdk/plugin/main.ts"],
  outfile,
  bundle: true,
  platform: "node",
  target: "node22",
  // Pulumi's own code is CommonJS, and a single executable of Node takes nothing else.
  format: "cjs",
  // Names stay as they are: to shorten them and set them again at run time (`keepNames`) takes 7 MB of memory more.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "none",
  banner: { js: "#!/usr/bin/env node" },
  define: { BUNDLED_VERSION: JSON.stringify(version) },
  logLevel: "warning",
  plugins: [withoutUnused],
});
chmodSync(outfile, 0o755);
// A file without an ending is what its package says.
writeFileSync("dist/plugin/package.json", '{ "type": "commonjs" }\n');

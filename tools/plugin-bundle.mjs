// Bundles the plugin's executable into one file that needs only Node, not even this package:
//   node tools/plugin-bundle.mjs
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

// The engine looks for this name, so that the folder can be on PATH or be installed as a plugin.
const outfile = "dist/plugin/pulumi-resource-scaleway-interlink";
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

/**
 * Leaves out packages that our code never calls, which take a third of the memory, and that would need files next to the
 * executable: the TypeScript compiler and npm's own tools, with which Pulumi serializes closures, and the Automation API.
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
  // Pulumi's own code is CommonJS, the only format that Node supports in a single executable.
  format: "cjs",
  // Names are kept as they are: shortening them and restoring them at run time (`keepNames`) takes 7 MB more memory.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "none",
  banner: { js: "#!/usr/bin/env node" },
  define: { BUNDLED_VERSION: JSON.stringify(version) },
  logLevel: "warning",
  plugins: [withoutUnused],
});
chmodSync(outfile, 0o755);
// Node takes the module format of a file without an extension from package.json.
writeFileSync("dist/plugin/package.json", '{ "type": "commonjs" }\n');

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
  external: ["node-gyp/*"],
  plugins: [
    {
      // Pulumi loads it at once, for the closures of its dynamic host, which nothing of ours calls. Where the bundle is
      // installed there is none.
      name: "no-typescript",
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^(typescript|ts-node)$/ }, ({ path }) => ({ path, namespace: "empty" }));
        onLoad({ filter: /.*/, namespace: "empty" }, () => ({ contents: "module.exports = {}" }));
      },
    },
  ],
});
chmodSync(outfile, 0o755);
// A file without an ending is what its package says.
writeFileSync("dist/plugin/package.json", '{ "type": "commonjs" }\n');

// Bundles the compiler's declaration files into one per entry of the package. The compiler's own files import modules by
// `.ts`, use syntax that TypeScript 3.8 (Pulumi's) cannot parse, and import libraries that users of an entry do not need.
import { dts } from "rollup-plugin-dts";

const entries = [
  "sdk/index",
  "sdk/router/index",
  "sdk/plugin/index",
  "sdk/policy/index",
  "provider/index",
  "simulator/index",
];

export default {
  input: Object.fromEntries(entries.map((entry) => [entry, `dist/types/${entry}.d.ts`])),
  external: /^[^./]/,
  output: {
    dir: "dist",
    entryFileNames: "[name].d.ts",
    // Shared chunks keep a class identical in all entries. Their names already end in `.d`.
    chunkFileNames: "shared/[name].ts",
    // An entry does not need to import the types that a shared chunk imports.
    hoistTransitiveImports: false,
  },
  plugins: [dts()],
};

// One declaration file for each entry of the package, from those that the compiler made for each module: the compiler's
// name modules by `.ts` and use syntax that TypeScript 3.8 (which Pulumi brings along) can't read, and name libraries that
// nobody who imports an entry needs.
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
    // What entries share, so that a class is one and the same in all of them. The names end in `.d` already.
    chunkFileNames: "shared/[name].ts",
    // A type that is imported by a shared file need not be imported by an entry.
    hoistTransitiveImports: false,
  },
  plugins: [dts()],
};

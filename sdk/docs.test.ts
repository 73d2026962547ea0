import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
/** Inside the repository, so that `pulumi-scaleway-interlink` resolves as it does for users. */
const folder = join(root, "node_modules", ".cache", "doc-examples");

/** The fenced TypeScript blocks of a file, including those in comments. */
const examplesIn = (path: string): string[] =>
  [...readFileSync(join(root, path), "utf8").matchAll(/^[ *]*```ts\n([\s\S]*?)^[ *]*```/gm)].map(([, code = ""]) =>
    code.replace(/^ \* ?/gm, ""),
  );

test("Every example in the README and in doc comments compiles", () => {
  const inFolder = (folder: string, extension: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(extension))
      .map((name) => join(folder, name));
  // The API reference and the pages of resources repeat the doc comments.
  const pages = inFolder("docs", ".md").filter((path) => !/^docs.(api|resources)./.test(path));
  const sources = ["README.md", ...inFolder("sdk", ".ts"), ...pages];
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const files = sources.flatMap((source) =>
    examplesIn(source).map((code, index) => {
      const file = join(folder, `${source.replaceAll(/\W/g, "-")}-${index + 1}.ts`);
      writeFileSync(file, code);
      return file;
    }),
  );
  expect(files.length).toBeGreaterThanOrEqual(5);
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const found = ts.getPreEmitDiagnostics(ts.createProgram(files, options));
  expect(ts.formatDiagnostics(found, ts.createCompilerHost(options))).toBe("");
}, 60_000);

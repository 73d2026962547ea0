// Sets up a clone and runs a script in it:
//   node tools/setup.mjs [script.ts] [arguments…]
// Plain JavaScript without imports from npm, because it runs before anything is installed, on Node 18 or later. If that Node
// is too old for the package, it runs the script with the Node that npm installed. It is silent if there is nothing to do.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const node = isNewEnough() ? process.execPath : join(modules, ".bin", "node");
const buildStamp = join(modules, ".cache", "interlink-build");
const sources = [
  "sdk",
  "provider",
  "simulator",
  "cli",
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "tools/declarations.config.mjs",
  "tools/plugin-bundle.mjs",
];

// `npm install` runs this after it has installed. Without the compiler (--omit=dev) there is nothing to do.
const isInstalling = process.env.npm_lifecycle_event === "prepare";
if (isInstalling && !existsSync(join(modules, "typescript"))) process.exit(0);
if (!isInstalling && !isInstalled()) {
  step("Installing packages", "npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    hint: "This needs npm and network access to its registry.",
  });
}
if (!isBuilt()) {
  const started = new Date();
  const hint = "See the messages above.";
  // Files built from deleted sources would be published with the rest.
  rmSync(join(root, "dist"), { recursive: true, force: true });
  step("Building dist", node, [join(modules, "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"], { hint });
  const rollup = [join(modules, "rollup", "dist", "bin", "rollup"), "--silent", "-c", "tools/declarations.config.mjs"];
  step("Bundling the declarations", node, rollup, { hint });
  step("Bundling the plugin", node, ["tools/plugin-bundle.mjs"], { hint });
  rmSync(join(root, "dist", "types"), { recursive: true });
  mkdirSync(dirname(buildStamp), { recursive: true });
  // The start time, so that a file saved during the build counts as newer.
  writeFileSync(buildStamp, started.toISOString());
}
const [script, ...args] = process.argv.slice(2);
if (script) run(script, args);

/** Whether the package supports this Node and this Node runs TypeScript directly. */
function isNewEnough() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return (major > 22 || (major === 22 && minor >= 19)) && Boolean(process.features.typescript);
}

/** Whether node_modules matches package-lock.json. npm keeps a lock file of the installed packages there. */
function isInstalled() {
  try {
    const wanted = packagesOf(join(root, "package-lock.json"));
    const installed = packagesOf(join(modules, ".package-lock.json"));
    return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
      const here = installed[path];
      // The root itself is not listed, nor are packages for other platforms.
      if (here === undefined) return path === "" || optional === true;
      return here.version === version && here.integrity === integrity;
    });
  } catch {
    return false; // one of the two files is missing or incomplete
  }
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, "utf8")).packages;
}

/** Whether dist is newer than all sources. */
function isBuilt() {
  if (!existsSync(buildStamp) || !existsSync(join(root, "dist"))) return false;
  const builtAt = Date.parse(readFileSync(buildStamp, "utf8"));
  return sources.every((source) => newest(join(root, source)) <= builtAt);
}

/** The time of the last change at or under a path, in milliseconds. A folder's own time shows removed files. */
function newest(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return path.endsWith(".test.ts") ? 0 : found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function step(title, command, commandArgs, { hint }) {
  const started = Date.now();
  console.error(`… ${title}`);
  // On Windows, npm is a shell script.
  const shell = process.platform === "win32";
  const { status, error } = spawnSync(command, commandArgs, { cwd: root, stdio: ["ignore", 2, 2], shell });
  if (status !== 0) {
    console.error(`✗ ${title} failed${error ? `: ${error.message}` : ""}. ${hint}`);
    process.exit(1);
  }
  console.error(`✓ ${title} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

/** Runs the script with this process's output, exit code and signals, so that a caller notices no difference. */
function run(script, args) {
  const PATH = [dirname(node), join(modules, ".bin"), process.env.PATH].join(delimiter);
  // Node 22 warns that running TypeScript is experimental.
  const child = spawn(node, ["--disable-warning=ExperimentalWarning", script, ...args], {
    stdio: "inherit",
    env: { ...process.env, PATH },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the child too, and a second one would mean "stop at once".
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on("error", (error) => {
    console.error(`Cannot start ${node}: ${error.message}. Remove node_modules and run this again.`);
    process.exit(1);
  });
  child.on("close", (code, signal) => {
    process.exitCode = code ?? 1;
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
  });
}

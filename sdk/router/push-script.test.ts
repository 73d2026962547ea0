import { spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { paris } from "../../test/router/configs.ts";
import { pushCommands } from "./push.ts";

const OTHERS = `frr version 8.4.4
ip route 10.10.0.0/16 blackhole
!
router bgp 39801
 bgp router-id 192.0.2.1
 network 10.10.9.0/24
 !
 address-family ipv4 unicast
  network 10.10.0.0/16
 exit-address-family
exit
`;
const BEGIN = "! BEGIN interlink edge\n";
const END = "! END interlink edge\n";

let folder: string;
let file: string;

/** The router's programs: the real tools, and a fake daemon that runs the file that was loaded last. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "interlink-script-"));
  file = join(folder, "frr.conf");
  mkdirSync(join(folder, "bin"));
  for (const program of ["awk", "cat", "cp", "grep", "mv", "rm", "sed", "sh", "tail"]) {
    symlinkSync(real(program), join(folder, "bin", program));
  }
  program("ip", "exit 0");
  program("sleep", "exit 0");
  program("parse-file", "exit 0");
  program("load-file", `cat "$1" >${running()}`);
  program(
    "vtysh",
    `case "$2" in
  *running-config) printf 'Building configuration...\\n\\nCurrent configuration:\\n!\\n'; cat ${running()}; echo end ;;
  *neighbors*) echo '"bgpState":"Established"' ;;
esac`,
  );
  writeFileSync(file, OTHERS);
  writeFileSync(running(), OTHERS);
});
afterEach(() => rmSync(folder, { recursive: true }));

const running = () => join(folder, "running");
const real = (name: string): string => {
  const found = ["/usr/bin", "/bin"].map((place) => join(place, name)).find(existsSync);
  if (found === undefined) throw new Error(`there is no ${name} here`);
  return found;
};
/** Replaces a program with a script. */
function program(name: string, body: string): void {
  rmSync(join(folder, "bin", name), { force: true });
  writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}
/** Makes a program fail if one of its arguments has this ending. */
const failing = (name: string, end: string) =>
  program(
    name,
    `for argument; do case "$argument" in *${end}) echo "${name}: No space left on device" >&2; exit 1 ;; esac; done
exec ${real(name)} "$@"`,
  );

function run(step: "apply" | "remove", announce = ["10.10.0.0/16", "10.10.9.0/24", "10.10.77.0/24"]) {
  const { script } = pushCommands(
    "edge",
    { dialect: "frr", routerId: "192.0.2.1", legs: [{ ...paris, announce }] },
    { file, check: "parse-file", reload: "load-file" },
  );
  const { status, stderr } = spawnSync(join(folder, "bin", "sh"), ["-s", step], {
    input: script,
    encoding: "utf8",
    env: { PATH: join(folder, "bin") },
  });
  return { status, stderr };
}
const done = { status: 0, stderr: "" };
const text = (path = file) => readFileSync(path, "utf8");
const count = (line: string, path = file) =>
  text(path)
    .split("\n")
    .filter((other) => other === line).length;
/** A configuration as a daemon reads it: each line once, with the blocks around it. */
const meaning = (config: string) => {
  let [top, family] = ["", ""];
  const lines = config.split("\n").flatMap((line) => {
    if (!line.startsWith(" ")) [top, family] = [line, ""];
    else if (line.startsWith(" address-family")) family = line.trim();
    else if (line.startsWith(" exit")) family = "";
    if (/^ *!|^ *exit|^interface|^router|^ address-family|^$/.test(line)) return [];
    const within = family || (line.startsWith(" network") ? "address-family ipv4 unicast" : "");
    return [[line.startsWith(" ") ? top : "", within, line.trim()].join(" > ")];
  });
  return [...new Set(lines)].sort();
};
const runs = () => meaning(text(running()));
const others = () => text().replace(/^! BEGIN[\s\S]*! END.*\n/m, "");
/** Lines of the customer that our part also has. No push may remove them. */
const shared = [" bgp router-id 192.0.2.1", "  network 10.10.0.0/16", " network 10.10.9.0/24"];

describe("Lines of the customer that the generated part also has", () => {
  test("stay after the first push, and after the generated part is removed", () => {
    expect(run("apply")).toEqual(done);
    expect(others()).toBe(OTHERS);
    expect(runs()).toEqual(expect.arrayContaining(meaning(OTHERS)));
    expect(run("remove")).toEqual(done);
    expect(text()).toBe(OTHERS);
    expect(runs()).toEqual(meaning(OTHERS));
    expect(readdirSync(folder).sort()).toEqual(["bin", "frr.conf", "frr.conf.interlink-previous", "running"]);
  });

  test("stay when they are no longer announced", () => {
    run("apply");
    expect(run("apply", [])).toEqual(done);
    expect(others()).toBe(OTHERS);
    expect(runs()).toEqual(expect.arrayContaining(meaning(OTHERS)));
    expect(runs().join("\n")).not.toContain("10.10.77.0/24");
  });

  test("stay when `write memory` has merged them with ours", () => {
    run("apply");
    const lines = text(running()).split("\n");
    const merged = lines.filter(
      (line, index) => !line.startsWith("! ") && !(shared.includes(line) && lines.indexOf(line) !== index),
    );
    for (const path of [file, running()]) writeFileSync(path, merged.join("\n"));
    expect(count("  network 10.10.0.0/16")).toBe(1);
    expect(run("remove")).toEqual(done);
    for (const path of [file, running()]) {
      for (const line of shared) expect(count(line, path)).toBe(1);
      expect(text(path)).not.toMatch(/interlink|169\.254/);
    }
  });

  test("stay when they are not saved, even if the first push fails", () => {
    writeFileSync(file, "frr version 8.4.4\n");
    program("load-file", `cat "$1" >${running()}; [ -e ${folder}/failed ] || { >${folder}/failed; exit 1; }`);
    expect(run("apply").status).toBe(1);
    expect(runs()).toEqual(meaning(OTHERS));
    expect(run("apply")).toEqual(done);
    expect(runs()).toEqual(expect.arrayContaining(meaning(OTHERS)));
  });
});

describe("A push changes nothing", () => {
  const marked = (block: string) => `${block}ip route 10.99.0.0/16 blackhole\n`;
  test.each([
    ["no END line", marked(`${OTHERS}${BEGIN}! ours\n`)],
    ["no BEGIN line", marked(`${OTHERS}! ours\n${END}`)],
    ["the END line before the BEGIN line", marked(`${END}${OTHERS}${BEGIN}`)],
    ["the generated part twice", marked(`${BEGIN}${END}${OTHERS}${BEGIN}${END}`)],
  ])("if the file has %s", (_, before) => {
    writeFileSync(file, before);
    for (const step of ["apply", "remove"] as const) {
      expect(run(step)).toEqual({
        status: 1,
        stderr: expect.stringMatching(
          /'! BEGIN interlink edge' and '! END interlink edge' once each.*Nothing was changed/,
        ),
      });
      expect(text()).toBe(before);
    }
  });

  test.each(["awk", "grep", "sed"])("if the router has no %s", (name) => {
    rmSync(join(folder, "bin", name));
    expect(run("apply")).toEqual({
      status: 1,
      stderr: `interlink: there is no ${name} on this router. Nothing was changed.\n`,
    });
    expect(text()).toBe(OTHERS);
  });

  test.each([
    ["awk fails", () => program("awk", "exit 2")],
    ["the rest of the file can't be written", () => failing("cat", "interlink-rest")],
    ["the generated part can't be written", () => failing("cat", "interlink-wanted")],
    ["the previous file can't be saved", () => failing("cp", "interlink-previous")],
  ])("if %s", (_, disturb) => {
    disturb();
    expect(run("apply")).toEqual({ status: 1, stderr: expect.stringContaining("Nothing was changed.") });
    expect(text()).toBe(OTHERS);
    expect(runs()).toEqual(meaning(OTHERS));
  });

  test("if the file can be neither replaced nor written, and restores it", () => {
    failing("mv", "/frr.conf");
    failing("cat", "interlink-new");
    expect(run("apply")).toEqual({
      status: 1,
      stderr: `interlink: ${file} can't be written. Nothing was changed. cat: No space left on device\n`,
    });
    expect(text()).toBe(OTHERS);
    expect(runs()).toEqual(meaning(OTHERS));
  });

  test("if the running configuration can't be written to the file, and restores the previous file", () => {
    symlinked();
    program(
      "cat",
      `case "$1" in *interlink-new) [ -e ${folder}/once ] && [ ! -e ${folder}/twice ] && { >${folder}/twice; echo error: full >&2; exit 1; }; >${folder}/once ;; esac
exec ${real("cat")} "$@"`,
    );
    expect(run("apply")).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^interlink: the new .* The previous one is back\. .*\n$/),
    });
    expect(text()).toBe(OTHERS);
    expect(runs()).toEqual(meaning(OTHERS));
  });
});

/** Turns the configuration into a symbolic link. */
function symlinked(): void {
  renameSync(file, join(folder, "elsewhere.conf"));
  symlinkSync("elsewhere.conf", file);
}

describe("A push keeps the configuration file", () => {
  test("a symbolic link", () => {
    symlinked();
    expect(run("apply")).toEqual(done);
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(count(BEGIN.trim(), join(folder, "elsewhere.conf"))).toBe(1);
    expect(run("remove")).toEqual(done);
    expect(text(join(folder, "elsewhere.conf"))).toBe(OTHERS);
  });

  test("in place if it is mounted and can't be replaced", () => {
    failing("mv", "/frr.conf");
    const { ino } = statSync(file);
    expect(run("apply")).toEqual(done);
    expect(count(BEGIN.trim())).toBe(1);
    expect(statSync(file).ino).toBe(ino);
    expect(run("remove")).toEqual(done);
    expect(text()).toBe(OTHERS);
  });
});

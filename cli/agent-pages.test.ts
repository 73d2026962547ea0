/** The pages for agents must name only existing commands and properties, because agents follow them literally. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LINK_STATUS } from "../provider/domain/status.ts";
import { handlers } from "../provider/resources/index.ts";
import { interlinkProgram } from "./program.ts";

const ROOT = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const PAGES = ["llms.txt", "SKILL.md"] as const;
/** Inline code, outside fenced blocks. */
const inline = (text: string) =>
  [...text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

test.each(PAGES)("%s names commands and options that exist", (page) => {
  const commands = new Map(interlinkProgram().commands.map((command) => [command.name(), command]));
  const named = inline(read(page)).filter((code) => code.startsWith("interlink "));
  expect(named.length).toBeGreaterThan(3);
  for (const code of named) {
    const [, name = "", ...options] = code.split(" ");
    expect([...commands.keys()], code).toContain(name);
    const known = commands.get(name)?.options.map(({ long }) => long);
    for (const option of options.filter((word) => word.startsWith("--"))) expect(known, code).toContain(option);
  }
});

test("llms.txt names every command", () => {
  const named = inline(read("llms.txt")).map((code) => code.split(" ")[1]);
  const commands = interlinkProgram().commands.map((command) => command.name());
  expect(commands.filter((name) => !named.includes(name) && name !== "completion" && name !== "complete")).toEqual([]);
});

test("SKILL.md has every status with its label in the console", () => {
  const rows = [...read("SKILL.md").matchAll(/^\| `(\w+)` \| ([\w ]+) \|/gm)].map(([, status, label]) => [
    status,
    label,
  ]);
  const { unknown_link_status: _, ...known } = LINK_STATUS;
  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries(Object.entries(known).map(([status, { label }]) => [status, label])),
  );
});

test("SKILL.md names only existing resources, inputs and outputs", () => {
  const definitions = Object.values(handlers).map(({ definition }) => definition);
  const own = ["RedundantInterLink", "nextStep", "blockedBy", ...definitions.map(({ kind }) => kind)];
  const known = new Set([
    ...own,
    ...definitions.flatMap(({ inputs, outputs }) => Object.keys({ ...inputs, ...outputs })),
  ]);
  const named = inline(read("SKILL.md")).filter((code) => /^[A-Za-z][a-z]+[A-Z]\w*$/.test(code));
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test("llms.txt names only existing entries of the package and existing pages", () => {
  const { name, exports, files } = JSON.parse(read("package.json"));
  const text = read("llms.txt");
  for (const [, entry = ""] of text.matchAll(new RegExp(`\`${name}(/\\w+)?\``, "g")))
    expect(exports).toHaveProperty([`.${entry}`]);
  for (const [, page = ""] of text.matchAll(/\]\(([^)]+)\)/g)) expect(files).toContain(page);
  for (const [page] of text.matchAll(/docs\/[\w-]+\.md/g)) expect(read(page)).not.toBe("");
  expect(files).toEqual(expect.arrayContaining([...PAGES]));
});

test.each(PAGES)("%s is one page", (page) => {
  expect(read(page).split("\n").length).toBeLessThan(90);
});

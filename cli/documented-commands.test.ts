import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { interlinkProgram } from "./program.ts";

const ROOT = join(import.meta.dirname, "..");
const pages = globSync(["README.md", "SKILL.md", "docs/**/*.md", "examples/*/README.md", "templates/*/README.md"], {
  cwd: ROOT,
  exclude: ["docs/api"],
});

/** The `interlink` command lines in the fenced blocks of a page, without comments and pipes. */
function commandLines(page: string): string[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block);
  return blocks.flatMap((block) =>
    block
      .replaceAll("\\\n", " ")
      .split("\n")
      .flatMap((line) => line.replace(/(^|\s)#.*$/, "").split(/\||&&|;/))
      .map((part) => part.trim())
      .filter((part) => /^(npx (--no-install )?)?interlink\s/.test(part))
      .map((part) => part.replace(/^.*?interlink\s+/, "")),
  );
}

/** Parses a command line as the program does, and throws if the program would reject it. */
function parse(line: string): void {
  const words = (line.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll(/^['"]|['"]$/g, ""));
  let command: Command = interlinkProgram();
  let next: Command | undefined = command;
  while (next) {
    command = next;
    const [word] = words;
    next = command.commands.find((one) => one.name() === word);
    if (next) words.shift();
  }
  command.exitOverride().configureOutput({ writeErr: () => {} });
  const { operands, unknown } = command.parseOptions(words);
  const rest = words.includes("--") ? [] : unknown;
  if (rest.length > 0) throw new Error(`interlink ${command.name()} has no option ${rest[0]}`);
  const room = command.registeredArguments;
  if (operands.length > room.length && room.at(-1)?.variadic !== true) {
    throw new Error(`interlink ${command.name()} takes no ${operands[0]}`);
  }
}

describe("Commands of interlink in the documentation", () => {
  test.each(pages.filter((page) => commandLines(page).length > 0))(
    "%s uses only existing commands and options",
    (page) => {
      for (const line of commandLines(page)) expect(() => parse(line), `${page}: interlink ${line}`).not.toThrow();
    },
  );

  test("Each example says how to try it without an account", () => {
    for (const page of pages.filter((one) => one.startsWith("examples/"))) {
      expect(commandLines(page), page).toEqual(
        expect.arrayContaining(["simulate", expect.stringMatching(/^simulate \w+ --all$/)]),
      );
    }
  });

  test.each([
    "nowhere",
    "status --colour",
    "status nowhere",
    "simulate accept --name x",
    "wait --until done",
    "simulate explode",
  ])("An invalid command line in a page would fail the test: interlink %s", (line) => {
    expect(() => parse(line)).toThrow();
  });
});

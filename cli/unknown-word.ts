import type { Command } from "commander";

/**
 * Exits with an error if help is requested for an unknown command: `interlink nowhere --help`. Commander alone would show the
 * program's help and exit with 0.
 */
export function refuseUnknownWord(program: Command, args: readonly string[]): void {
  const [first, ...rest] = args;
  const words = first === "help" ? rest : args;
  if (first !== "help" && !args.some((arg) => arg === "--help" || arg === "-h")) return;
  let command = program;
  let isValue = false;
  for (const word of words) {
    if (isValue) {
      isValue = false;
    } else if (word.startsWith("-")) {
      const option = command.options.find(({ long, short }) => word === long || word === short);
      isValue = option?.required === true;
    } else {
      const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
      if (next) command = next;
      else if (command.registeredArguments.length === 0) command.error(`error: unknown word "${word}"`);
    }
  }
}

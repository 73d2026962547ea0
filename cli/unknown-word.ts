import type { Command } from "commander";

/**
 * Ends with an error where help is asked for with a word that is no command: `interlink nowhere --help`. Commander shows
 * the program's help for it, and ends well.
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

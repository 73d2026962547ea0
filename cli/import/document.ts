import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import * as z from "zod";
import { UserError } from "../../provider/domain/user-error.ts";

/** A JSON document of another tool. */
export interface Document {
  content: Record<string, unknown>;
  /** The first part of the message of errors about it. */
  doing: string;
}

/**
 * Reads a JSON object from a file, or from standard input for `-`, so that a state with secrets needs no file. `what` names the
 * document in errors.
 * @throws UserError if the file cannot be read or is not a JSON object
 */
export async function readDocument(path: string, what: string): Promise<Document> {
  const doing = `reading ${what} from ${path === "-" ? "standard input" : path}`;
  const refuse = (reason: string): never => {
    throw new UserError(doing, { code: "command-failed", reason, remedy: "check the file's path and content." });
  };
  const content = await (path === "-" ? text(process.stdin) : readFile(path, "utf8")).catch((cause) =>
    refuse((cause as NodeJS.ErrnoException).code === "ENOENT" ? "the file does not exist" : String(cause)),
  );
  try {
    return { content: z.record(z.string(), z.unknown()).parse(JSON.parse(content)), doing };
  } catch {
    return refuse("it is not a JSON object");
  }
}

/** Rejects a document that is not of the expected kind. */
export function refuseDocument({ doing }: Document, reason: string, remedy: string): never {
  throw new UserError(doing, { code: "command-failed", reason, remedy });
}

import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import * as z from "zod";
import { UserError } from "../../provider/domain/user-error.ts";

/** A JSON document of another tool. */
export interface Document {
  content: Record<string, unknown>;
  /** What was being done, for errors about it. */
  doing: string;
}

/**
 * Reads a JSON object from a file, or from standard input for `-`, where a state with secrets never becomes a file.
 * `what` is for errors.
 * @throws UserError where there is none
 */
export async function readDocument(path: string, what: string): Promise<Document> {
  const doing = `reading ${what} from ${path === "-" ? "standard input" : path}`;
  const refuse = (said: string): never => {
    throw new UserError(doing, { code: "command-failed", said, now: "check the file's path and content." });
  };
  const content = await (path === "-" ? text(process.stdin) : readFile(path, "utf8")).catch((cause) =>
    refuse((cause as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : String(cause)),
  );
  try {
    return { content: z.record(z.string(), z.unknown()).parse(JSON.parse(content)), doing };
  } catch {
    return refuse("it is not a JSON object");
  }
}

/** Refuses a document: it is not what was asked for. */
export function refuseDocument({ doing }: Document, said: string, now: string): never {
  throw new UserError(doing, { code: "command-failed", said, now });
}

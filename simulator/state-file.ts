/** The state file: what the simulator holds, as JSON, so that a stack made yesterday still refreshes today. */
import { existsSync, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import type { SavedState } from "./state.ts";

/** Reads a state file; undefined when there is none yet. Throws if it is none of ours. */
export function readStateFile(path: string): SavedState | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const saved = JSON.parse(readFileSync(path, "utf8")) as SavedState;
    if (saved.version !== 2) throw new Error("it has another version");
    return saved;
  } catch (cause) {
    throw new Error(`reading the state file ${path}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** Writes a state file on each change. Changes that come while one write is under way share the next. */
export class StateFile {
  readonly #path: string;
  readonly #take: () => SavedState;
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(path: string, take: () => SavedState) {
    this.#path = path;
    this.#take = take;
  }

  /** Resolves when everything that had changed by now is on disk. */
  write(): Promise<void> {
    if (this.#next !== undefined) return this.#next;
    if (this.#writing === undefined) {
      this.#writing = this.#once();
      return this.#writing;
    }
    const goOn = () => {
      this.#next = undefined;
      this.#writing = this.#once();
      return this.#writing;
    };
    this.#next = this.#writing.then(goOn, goOn);
    return this.#next;
  }

  async #once(): Promise<void> {
    try {
      // Renaming replaces the old file in one step: a reader sees the one or the other, never half of one.
      const temporary = `${this.#path}.${process.pid}.tmp`;
      await writeFile(temporary, JSON.stringify(this.#take(), null, 1));
      await rename(temporary, this.#path);
    } finally {
      this.#writing = undefined;
    }
  }
}

/** The state file: the simulator's state as JSON, so that a stack still finds its links after a restart. */
import { existsSync, readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import type { SavedState } from "./state.ts";

/** Reads a state file; undefined if it does not exist yet. Throws if it is not a state file of this version. */
export function readStateFile(path: string): SavedState | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const saved = JSON.parse(readFileSync(path, "utf8")) as SavedState;
    if (saved.version !== 2) throw new Error("not a state file of this simulator version");
    return saved;
  } catch (cause) {
    throw new Error(`reading the state file ${path}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** Writes the state file. Changes during a write share the next write. */
export class StateFile {
  readonly #path: string;
  readonly #take: () => SavedState;
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(path: string, take: () => SavedState) {
    this.#path = path;
    this.#take = take;
  }

  /** Resolves when all changes up to now are on disk. */
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
      // A rename is atomic: a reader sees the old file or the new one, never a partial file.
      const temporary = `${this.#path}.${process.pid}.tmp`;
      await writeFile(temporary, JSON.stringify(this.#take(), null, 1));
      await rename(temporary, this.#path);
    } finally {
      this.#writing = undefined;
    }
  }
}

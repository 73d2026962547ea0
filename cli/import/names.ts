/** Longer names do not fit into the owner tag. */
const MAX_LENGTH = 60;

/**
 * Unique logical names for a program: letters, digits, `-` and `_`, starting with a letter, so that every language and Pulumi's
 * YAML (`${name.id}`) can refer to them.
 */
export class Names {
  /** The name of the project itself in Pulumi's YAML. */
  readonly #taken = new Set(["pulumi"]);

  /**
   * A name based on the object's name at Scaleway, with a number if it is taken. Names derived with `suffixes` are reserved too.
   */
  take(wanted: string, fallback: string, suffixes: readonly string[] = []): string {
    const base = legal(wanted) || fallback;
    for (let count = 1; ; count++) {
      const name = count === 1 ? base : `${base}-${count}`;
      const all = [name, ...suffixes.map((suffix) => name + suffix)];
      if (all.some((one) => this.#taken.has(one))) continue;
      for (const one of all) this.#taken.add(one);
      return name;
    }
  }
}

const legal = (text: string): string =>
  text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/^[^A-Za-z]+/, "")
    .slice(0, MAX_LENGTH)
    .replace(/[^A-Za-z0-9]+$/, "");

/** The common start of two names, up to the end of a word: `paris` for `paris-th2` and `paris-dc3`; "" if there is none. */
export function commonStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  const start = one.slice(0, length);
  const words = start.replace(/[^A-Za-z0-9]*[A-Za-z0-9]*$/, "");
  return /[^A-Za-z0-9]$/.test(start) ? start.replace(/[^A-Za-z0-9]+$/, "") : words || start;
}

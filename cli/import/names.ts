/** Longer ones fill the owner tag. */
const LONGEST = 60;

/**
 * The logical names of a program: letters, digits, `-` and `_`, a letter first, so that every language and Pulumi's YAML
 * (`${name.id}`) can refer to them; each is given once.
 */
export class Names {
  /** The name of the project itself in Pulumi's YAML. */
  readonly #taken = new Set(["pulumi"]);

  /**
   * A name after what an object is called at Scaleway, with a number where it is taken. `suffixes` are those of the names
   * that are derived from it, which are free then too.
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
    .slice(0, LONGEST)
    .replace(/[^A-Za-z0-9]+$/, "");

/** What two names begin with, up to the end of a word: `paris` of `paris-th2` and `paris-dc3`; "" where that is nothing. */
export function commonStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  const start = one.slice(0, length);
  const words = start.replace(/[^A-Za-z0-9]*[A-Za-z0-9]*$/, "");
  return /[^A-Za-z0-9]$/.test(start) ? start.replace(/[^A-Za-z0-9]+$/, "") : words || start;
}

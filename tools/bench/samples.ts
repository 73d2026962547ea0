/** Measured values, by figure. */
export class Samples {
  readonly #values = new Map<string, number[]>();

  /** Notes what a run has measured. */
  note(id: string, value: number): void {
    const values = this.#values.get(id);
    if (values) values.push(value);
    else this.#values.set(id, [value]);
  }

  /** Median, extremes and number of a figure's values; undefined when there is none. */
  summary(id: string): Summary | undefined {
    const values = this.#values.get(id);
    return (
      values && { median: median(values), min: Math.min(...values), max: Math.max(...values), runs: values.length }
    );
  }
}

/** A figure's values in short. */
export interface Summary {
  median: number;
  min: number;
  max: number;
  runs: number;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor((sorted.length - 1) / 2);
  const [low = Number.NaN, high = low] = sorted.slice(middle, middle + 2 - (sorted.length % 2));
  return (low + high) / 2;
}

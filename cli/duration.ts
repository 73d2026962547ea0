import { InvalidArgumentError } from "commander";

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Parses the option value `45s`, `30m`, `12h` or `3d` into seconds. */
export function parseDuration(text: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (SECONDS[unit as keyof typeof SECONDS] ?? Number.NaN);
  if (seconds > 0) return seconds;
  throw new InvalidArgumentError("Give a number above 0 and a unit: 45s, 30m, 12h or 3d.");
}

/** Formats seconds with the two largest units: `2 d 3 h`. */
export function formatDuration(seconds: number): string {
  let left = Math.round(seconds);
  const parts = (Object.entries(SECONDS) as [string, number][]).toReversed().flatMap(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return [{ count, unit }];
  });
  const first = parts.findIndex(({ count }) => count > 0);
  if (first < 0) return "0 s";
  const shown = parts.slice(first, first + 2).filter(({ count }) => count > 0);
  return shown.map(({ count, unit }) => `${count} ${unit === "m" ? "min" : unit}`).join(" ");
}

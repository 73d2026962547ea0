/** Shows the progress of a long step on standard error: a running clock on a terminal, else a line every 15 s. */

const CLOCK_EVERY_MS = 1_000;
const LINE_EVERY_MS = 15_000;

/** Runs a task, shows its progress, and prints at the end how long it took. Errors pass through. */
export async function withProgress<T>(title: string, task: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const elapsed = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  const stopShowing = process.stderr.isTTY ? showClock(title, elapsed) : showLines(title, elapsed);
  let mark = "✗";
  try {
    const result = await task();
    mark = "✓";
    return result;
  } finally {
    stopShowing();
    process.stderr.write(`${mark} ${title} (${elapsed()})\n`);
  }
}

function showClock(title: string, elapsed: () => string): () => void {
  const draw = () => {
    // A line wider than the terminal wraps, and a wrapped line cannot be overwritten.
    const line = `… ${title} ${elapsed()}`.slice(0, (process.stderr.columns || 80) - 1);
    process.stderr.write(`\r\x1b[2K${line}`);
  };
  draw();
  const timer = setInterval(draw, CLOCK_EVERY_MS);
  return () => {
    clearInterval(timer);
    process.stderr.write("\r\x1b[2K");
  };
}

function showLines(title: string, elapsed: () => string): () => void {
  // Quick steps print only their last line.
  const first = setTimeout(() => process.stderr.write(`… ${title}\n`), CLOCK_EVERY_MS);
  const timer = setInterval(() => process.stderr.write(`… ${title} (${elapsed()} so far)\n`), LINE_EVERY_MS);
  return () => {
    clearTimeout(first);
    clearInterval(timer);
  };
}

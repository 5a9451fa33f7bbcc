import type { CommandContext } from "./command.ts";

/** One line that changes, for people at a terminal; nothing elsewhere. */
export interface ProgressBar {
  /** @param share Of all that is to be done; undefined where nobody knows */
  show(rows: number, share: number | undefined): void;
  end(): void;
}

const barWidth = 24;
/** Milliseconds between two changes. */
const interval = 100;

export function progressBar({ errors, environment }: CommandContext, now: () => number): ProgressBar {
  if (!errors.terminal || environment.CI !== undefined) return { show: () => {}, end: () => {} };
  const started = now();
  let shown = Number.NEGATIVE_INFINITY;
  const clear = "\r\x1b[2K";
  return {
    show: (rows, share) => {
      const time = now();
      if (time - shown < interval && share !== 1) return;
      shown = time;
      errors.write(`${clear}${progressText({ rows, share, seconds: (time - started) / 1000 })}`);
    },
    end: () => {
      if (shown > Number.NEGATIVE_INFINITY) errors.write(clear);
    },
  };
}

export function progressText({ rows, share, seconds }: { rows: number; share: number | undefined; seconds: number }): string {
  const rate = `${count(rows)} rows  ${count(Math.round(rows / Math.max(seconds, 0.001)))} rows/s`;
  if (share === undefined) return rate;
  const filled = Math.round(share * barWidth);
  const left = share > 0 ? Math.ceil((seconds * (1 - share)) / share) : undefined;
  return `${String(Math.floor(share * 100)).padStart(3)} % ${"█".repeat(filled)}${"░".repeat(barWidth - filled)}  ${rate}${left === undefined ? "" : `  ${time(left)} left`}`;
}

/** `1,234,567` */
export function count(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `42 s`, `3 min 20 s`. */
function time(seconds: number): string {
  return seconds < 100 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

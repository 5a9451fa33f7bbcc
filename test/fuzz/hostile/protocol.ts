/** What the process that loads hostile files says, and what it may use. */

export interface ChildResult {
  executions: number;
  /** How many were loaded, and how many refused by code. */
  readonly fates: Record<string, number>;
  /** Defects, each with what repeats it. */
  readonly findings: string[];
  /** Milliseconds of the slowest file. */
  slowest: number;
  /** Bytes by which one file made the process grow at most. */
  largestGrowth: number;
}

/** Resident memory that loading a file and asking it may add: the bound that docs/model-formats.md states. */
export function allowedBytes(fileBytes: number): number {
  return 512 * 2 ** 20 + 128 * fileBytes;
}

/** Milliseconds that one file may take, on a machine that has other work too. */
export const longestMilliseconds = 60_000;

/** Resident memory at which a process is ended at once. */
export const mostBytes = 2 * 2 ** 30;

/** Which file of which process: `capture-20261125T194012345Z-4711-000001.jsonl`. In the order of names, older ones come first. */
export interface CaptureFile {
  readonly name: string;
  readonly pid: number;
}

const pattern = /^capture-\d{8}T\d{9}Z-(\d+)-\d{6,}\.jsonl$/;

export function captureFileName(time: Date, pid: number, number: number): string {
  return `capture-${time.toISOString().replace(/[-:.]/g, "")}-${pid}-${String(number).padStart(6, "0")}.jsonl`;
}

/** The capture files among a folder's; everything else in it is none of ours. */
export function captureFiles(names: readonly string[]): CaptureFile[] {
  return names
    .flatMap((name) => {
      const pid = pattern.exec(name)?.[1];
      return pid === undefined ? [] : [{ name, pid: Number(pid) }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * What goes when there are too many: the oldest, but none that a process is still writing, which is its newest.
 * @param keep Files that stay, beside those that are being written
 */
export function surplus(files: readonly CaptureFile[], keep: number, isWriting: (pid: number) => boolean): string[] {
  const newest = new Map(files.map(({ name, pid }) => [pid, name]));
  const finished = files.filter(({ name, pid }) => newest.get(pid) !== name || !isWriting(pid));
  return finished.slice(0, Math.max(0, finished.length - keep)).map(({ name }) => name);
}

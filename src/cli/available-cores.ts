import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

export interface Machine {
  /** Cores that the scheduler may put this process on: its affinity is taken into account. */
  readonly parallelism: number;
  /** A file's text; undefined where there is none. */
  readonly read: (path: string) => string | undefined;
}

const thisMachine: Machine = {
  get parallelism() {
    return availableParallelism();
  },
  read: (path) => {
    try {
      return readFileSync(path, "latin1");
    } catch {
      return undefined;
    }
  },
};

/**
 * How many processes can compute at the same time: cores by affinity, or what the control group's quota leaves of them (a container's CPU
 * limit), rounded down, since a process that is stopped at its quota is late for all of its requests. At least 1.
 */
export function availableCores({ parallelism, read }: Machine = thisMachine): number {
  return Math.max(1, Math.floor(Math.min(parallelism, quota(read))));
}

/** Cores by the smallest quota of this process's control group and those above it (cgroups 2, and 1's `cpu` hierarchy). */
function quota(read: Machine["read"]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const line of (read("/proc/self/cgroup") ?? "").split("\n")) {
    // `0::/path` in version 2, `4:cpu,cpuacct:/path` in version 1.
    const [, controllers, path = "/"] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === "") for (const folder of upwards(path)) least = Math.min(least, quotaV2(read(`/sys/fs/cgroup${folder}cpu.max`)));
    else if (controllers?.split(",").includes("cpu") === true)
      for (const folder of upwards(path))
        for (const root of [`/sys/fs/cgroup/${controllers}`, "/sys/fs/cgroup/cpu"])
          least = Math.min(least, quotaV1(read(`${root}${folder}cpu.cfs_quota_us`), read(`${root}${folder}cpu.cfs_period_us`)));
  }
  return least;
}

/** `/a/b` → `/a/b/`, `/a/`, `/`. Inside a container the path may be the host's, and the root its own. */
function upwards(path: string): string[] {
  const names = path.split("/").filter((name) => name !== "" && name !== "..");
  return Array.from(
    { length: names.length + 1 },
    (_, up) =>
      `/${names
        .slice(0, names.length - up)
        .map((name) => `${name}/`)
        .join("")}`,
  );
}

/** `150000 100000` is one and a half cores, `max 100000` all. */
function quotaV2(text: string | undefined): number {
  const [most, period] = (text ?? "").trim().split(/\s+/);
  return cores(most, period);
}

function quotaV1(most: string | undefined, period: string | undefined): number {
  return cores(most?.trim(), period?.trim());
}

function cores(most: string | undefined, period: string | undefined): number {
  const share = /^\d+$/.test(most ?? "") && /^\d+$/.test(period ?? "") ? Number(most) / Number(period) : Number.NaN;
  return share > 0 ? share : Number.POSITIVE_INFINITY;
}

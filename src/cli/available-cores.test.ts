import { availableParallelism } from "node:os";
import { describe, expect, it } from "vitest";
import { availableCores } from "./available-cores.ts";

const machine = (parallelism: number, files: Record<string, string>) => ({ parallelism, read: (path: string) => files[path] });

describe("availableCores", () => {
  it("is what the affinity allows where there is no quota", () => {
    expect(availableCores(machine(8, {}))).toBe(8);
    expect(availableCores(machine(8, { "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "max 100000\n" }))).toBe(8);
  });

  it.each([
    ["200000 100000\n", 2],
    ["250000 100000\n", 2],
    ["50000 100000\n", 1],
    ["1600000 100000\n", 8],
    ["garbage", 8],
  ])("takes cgroup 2's quota %j for %i", (max, expected) => {
    expect(availableCores(machine(8, { "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": max }))).toBe(expected);
  });

  it("takes the least of a group and those above it", () => {
    const files = {
      "/proc/self/cgroup": "0::/system.slice/setosa.service\n",
      "/sys/fs/cgroup/system.slice/setosa.service/cpu.max": "max 100000\n",
      "/sys/fs/cgroup/system.slice/cpu.max": "300000 100000\n",
    };
    expect(availableCores(machine(8, files))).toBe(3);
  });

  it("takes cgroup 1's quota, whose path in a container is the host's", () => {
    const files = {
      "/proc/self/cgroup": "5:memory:/docker/1\n4:cpu,cpuacct:/docker/1\n",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "400000\n",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
    };
    expect(availableCores(machine(8, files))).toBe(4);
    expect(availableCores(machine(8, { ...files, "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n" }))).toBe(8);
  });

  it("asks this machine", () => {
    expect(availableCores()).toBeGreaterThanOrEqual(1);
    expect(availableCores()).toBeLessThanOrEqual(availableParallelism());
  });
});

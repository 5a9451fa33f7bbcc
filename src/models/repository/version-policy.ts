import { SetosaError } from "../../errors.ts";
import { naturalOrder } from "../natural-order.ts";

/** Which versions of a model in folders `name/version/` are loaded. */
export type VersionPolicy =
  | { readonly kind: "all" }
  /** Whatever is asked for, and nothing else. */
  | { readonly kind: "none" }
  | { readonly kind: "latest"; readonly count: number }
  | { readonly kind: "listed"; readonly versions: readonly string[] };

/**
 * `all`, `latest`, `latest:2`, `none`, or versions: `1,3`.
 * @throws SetosaError ARGUMENT_INVALID
 */
export function parsePolicy(text: string): VersionPolicy {
  if (text === "all" || text === "none") return { kind: text };
  const [, count = "1"] = /^latest(?:[ :](\d{1,6}))?$/.exec(text) ?? [undefined, "0"];
  if (Number(count) > 0) return { kind: "latest", count: Number(count) };
  const versions = text.split(",").map((version) => version.trim());
  if (text.startsWith("latest") || versions.some((version) => !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(version)))
    throw new SetosaError("ARGUMENT_INVALID", `${JSON.stringify(text)} does not say which versions to load.`, {
      path: "--versions",
      hint: "Write all, latest, latest:2, none, or versions such as 1,3.",
    });
  return { kind: "listed", versions };
}

/** Those of a model's versions that the policy wants, in any order. */
export function wantedVersions(policy: VersionPolicy, versions: readonly string[]): ReadonlySet<string> {
  switch (policy.kind) {
    case "all":
      return new Set(versions);
    case "none":
      return new Set();
    case "latest":
      return new Set([...versions].sort(naturalOrder).slice(-policy.count));
    case "listed":
      return new Set(versions.filter((version) => policy.versions.includes(version)));
  }
}

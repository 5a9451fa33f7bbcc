import type { Comparison } from "../../api/monitoring.ts";
import type { BadgeProps } from "../../components/badge.tsx";

export interface DriftWords {
  readonly words: string;
  readonly tone: NonNullable<BadgeProps["tone"]>;
}

/** How much something differs from training, in words; the reading is that of docs/monitoring.md. */
export function driftWords({ drift }: Pick<Comparison, "drift">): DriftWords {
  switch (drift) {
    case "large":
      return { words: "large drift", tone: "bad" };
    case "moderate":
      return { words: "moderate drift", tone: "warn" };
    case "none":
      return { words: "no drift", tone: "good" };
    case null:
      return { words: "too little to say", tone: "plain" };
  }
}

/** The worst first; what cannot be said last. */
export function byDrift(one: Comparison, other: Comparison): number {
  const rank = ({ drift }: Comparison) => (drift === "large" ? 0 : drift === "moderate" ? 1 : drift === "none" ? 2 : 3);
  return rank(one) - rank(other) || (other.psi ?? 0) - (one.psi ?? 0);
}

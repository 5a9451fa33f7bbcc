import type { ComponentChildren } from "preact";

export interface BadgeProps {
  /** How it is; the words say it too. */
  readonly tone?: "plain" | "accent" | "good" | "warn" | "bad";
  readonly children: ComponentChildren;
}

/** A word or two about something. */
export function Badge({ tone = "plain", children }: BadgeProps) {
  return <span class={`badge badge-${tone}`}>{children}</span>;
}

import type { ComponentChildren } from "preact";

export interface SectionTitleProps {
  /** The page's own heading: there is one on each page. */
  readonly title: string;
  /** What stands at its end: a picker, a state. */
  readonly children?: ComponentChildren;
}

/** The top of a section. */
export function SectionTitle({ title, children }: SectionTitleProps) {
  return (
    <div class="section-title">
      <h1>{title}</h1>
      {children}
    </div>
  );
}

import type { ComponentChildren } from "preact";

export interface ScrollableProps {
  readonly label: string;
  readonly class: string;
  readonly children: ComponentChildren;
}

/** What may be wider or higher than its place: reached by the keyboard, which then scrolls it. */
export function Scrollable({ label, class: name, children }: ScrollableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it the keyboard could not scroll.
    <section class={name} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}

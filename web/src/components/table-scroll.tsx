import type { ComponentChildren } from "preact";

export interface TableScrollProps {
  readonly label: string;
  readonly children: ComponentChildren;
}

/** A table that may be wider than the screen: it scrolls, and the page does not. Who has no mouse scrolls it with the arrow keys. */
export function TableScroll({ label, children }: TableScrollProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls, and one more landmark for each table would be too many.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above, and WCAG 2.1.1.
    <div class="table-scroll" role="group" tabIndex={0} aria-label={label}>
      {children}
    </div>
  );
}

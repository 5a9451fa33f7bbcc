const collator = new Intl.Collator("en", { numeric: true });

/** As people order names and versions: 9 before 10. */
export function naturalOrder(a: string, b: string): number {
  return collator.compare(a, b);
}

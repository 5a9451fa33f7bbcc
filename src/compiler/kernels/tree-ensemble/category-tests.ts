/** A split that asks whether a value is one of some, instead of comparing it. */
export interface CategoryTest {
  readonly feature: number;
  /** Ascending, each once, in the forest's precision. */
  readonly values: Float64Array;
  /** Whether it holds for the listed values, or for all others. */
  readonly holdsFor: "listed" | "others";
  /** Whether it holds for a missing value. */
  readonly missing: boolean;
}

/** The distinct category tests of a forest. */
export class CategoryTests {
  readonly #positions = new Map<string, number>();
  readonly list: CategoryTest[] = [];

  /** The test's position in the list. */
  add(test: CategoryTest): number {
    const key = `${test.feature}:${test.holdsFor}:${test.missing}:${test.values.join()}`;
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    this.#positions.set(key, this.list.length);
    return this.list.push(test) - 1;
  }
}

/** All tests of one feature as a table: a row for every value that any of them names, one for other values, one for NaN. */
export interface CategoryTable {
  readonly feature: number;
  /** Ascending, each once. */
  readonly values: Float64Array;
  /** Positions of the tests in the forest's list, one for each column. */
  readonly tests: readonly number[];
  /** `values.length + 2` rows; 0 where the test holds, which sends a row lower, else 1. */
  readonly outcomes: Uint8Array;
}

export function categoryTables(tests: readonly CategoryTest[]): CategoryTable[] {
  return [...new Set(tests.map(({ feature }) => feature))].map((feature) => {
    const own = tests.flatMap((test, position) => (test.feature === feature ? [{ test, position }] : []));
    const values = Float64Array.from(new Set(own.flatMap(({ test }) => [...test.values]))).sort();
    const rowOf = new Map(Array.from(values, (value, row) => [value, row]));
    const outcomes = new Uint8Array((values.length + 2) * own.length);
    own.forEach(({ test }, column) => {
      const listed = new Set(Array.from(test.values, (value) => rowOf.get(value)));
      for (let row = 0; row <= values.length; row++)
        outcomes[row * own.length + column] = listed.has(row) === (test.holdsFor === "listed") ? 0 : 1;
      outcomes[(values.length + 1) * own.length + column] = test.missing ? 0 : 1;
    });
    return { feature, values, tests: own.map(({ position }) => position), outcomes };
  });
}

import type { FeatureValue, Signature } from "../../src/graph/signature.ts";

/** Values that some features take and others refuse. */
const oddities: readonly unknown[] = [
  null,
  undefined,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  "5",
  "no such category",
  "",
  true,
  {},
  [],
  1e39,
  -1,
  1.5,
  0,
  2 ** 60,
];

/** A good row with each oddity in the place of each of its first values, by name and as a list; and rows of a wrong form. */
export function oddRows({ features }: Pick<Signature, "features">, good: readonly FeatureValue[]): unknown[] {
  const names = features.map(({ name }) => name);
  const named = (values: readonly unknown[]) => Object.fromEntries(names.map((name, index) => [name, values[index]]));
  const spoiled = names
    .slice(0, 4)
    .flatMap((_, place) => oddities.map((odd) => good.map((value, index) => (index === place ? odd : value))));
  const whole = named(good);
  const { [names[0] ?? ""]: _first, ...short } = whole;
  return [
    ...spoiled,
    ...spoiled.map(named),
    short,
    { ...short, [`${names[0]}x`]: 1 },
    { ...whole, extra: 1 },
    Object.fromEntries(Object.entries(whole).reverse()),
    good.slice(1),
    [...good, 1],
    [],
    {},
    null,
    7,
    "row",
  ];
}

import type { Expected } from "./vector.ts";

/** Where a value is not what was expected of it: one line for each place, none where it is. */
export function differences(expected: Expected, found: unknown, path = "$"): string[] {
  if (isObject(expected)) {
    const [key = ""] = Object.keys(expected);
    const matcher = Object.hasOwn(matchers, key) ? matchers[key] : undefined;
    if (matcher !== undefined) return matcher(expected[key], found, path);
    if (!isObject(found)) return [`${path} is ${show(found)} instead of an object`];
    const strangers = Object.keys(found).filter((name) => !Object.hasOwn(expected, name));
    return [...entries(expected, found, path), ...strangers.map((name) => `${path}.${name} is there: ${show(found[name])}`)];
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(found)) return [`${path} is ${show(found)} instead of a list`];
    if (found.length !== expected.length) return [`${path} has ${found.length} elements instead of ${expected.length}: ${show(found)}`];
    return expected.flatMap((element, index) => differences(element, found[index], `${path}[${index}]`));
  }
  return Object.is(expected, found) || (expected === 0 && found === 0) ? [] : [`${path} is ${show(found)} instead of ${show(expected)}`];
}

type Matcher = (expected: Expected, found: unknown, path: string) => string[];

const matchers: Readonly<Record<string, Matcher>> = {
  $near: (expected, found, path) => {
    const close = typeof found === "number" && Math.abs(found - Number(expected)) <= Math.max(1e-6, 1e-5 * Math.abs(Number(expected)));
    return close ? [] : [`${path} is ${show(found)} instead of about ${expected}`];
  },
  $type: (expected, found, path) => {
    const type = Array.isArray(found) ? "array" : found === null ? "null" : typeof found;
    return type === expected ? [] : [`${path} is ${show(found)} instead of a ${expected}`];
  },
  $pattern: (expected, found, path) =>
    typeof found === "string" && new RegExp(String(expected)).test(found)
      ? []
      : [`${path} is ${show(found)}, which /${expected}/ does not match`],
  $has: (expected, found, path) =>
    isObject(found) && isObject(expected) ? entries(expected, found, path) : [`${path} is ${show(found)} instead of an object`],
  $includes: (expected, found, path) => {
    if (!Array.isArray(found) || !Array.isArray(expected)) return [`${path} is ${show(found)} instead of a list`];
    const absent = expected.filter((element) => !found.some((other) => differences(element, other).length === 0));
    return absent.map((element) => `${path} has no ${show(element)}: ${show(found)}`);
  },
  $each: (expected, found, path) =>
    Array.isArray(found)
      ? found.flatMap((element, index) => differences(expected, element, `${path}[${index}]`))
      : [`${path} is ${show(found)} instead of a list`],
  $anyOf: (expected, found, path) => {
    const all = (expected as readonly Expected[]).map((one) => differences(one, found, path));
    return all.some((one) => one.length === 0)
      ? []
      : [`${path} is none of ${all.length} forms: ${all.map(([first]) => first).join("; or ")}`];
  },
};

function entries(expected: Readonly<Record<string, unknown>>, found: Readonly<Record<string, unknown>>, path: string): string[] {
  return Object.entries(expected).flatMap(([name, value]) =>
    Object.hasOwn(found, name) ? differences(value, found[name], `${path}.${name}`) : [`${path}.${name} is absent: ${show(found)}`],
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 300 ? text : `${text.slice(0, 300)}…`;
}

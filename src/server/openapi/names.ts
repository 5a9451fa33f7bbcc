import { typeName } from "../../typescript/text.ts";

/** Gives each key a name of its own: the wanted one, or where another has it the wanted one with a number. */
export class DistinctNames {
  readonly #byKey = new Map<string, string>();
  /** In small letters: files and classes of generated code may not differ in case alone. */
  readonly #taken = new Set<string>();

  get(key: string, wanted: string): string {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    let name = wanted;
    for (let count = 2; this.#taken.has(name.toLowerCase()); count++) name = `${wanted}_${count}`;
    this.#taken.add(name.toLowerCase());
    this.#byKey.set(key, name);
    return name;
  }
}

/** The identifiers of models by name. In the order of their names: which was loaded first changes nothing. */
export function modelIdentifiers(names: readonly string[]): (name: string) => string {
  const distinct = new DistinctNames();
  for (const name of [...names].sort()) distinct.get(name, typeName(name));
  return (name) => distinct.get(name, typeName(name));
}

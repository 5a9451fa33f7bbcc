/** The strings that a kernel knows, by position. Inside the kernel a string is its position, -1 any other. */
export class Vocabulary {
  readonly #positions = new Map<string, number>();
  readonly #strings: string[] = [];

  /** The string's position; adds it when it is new. */
  add(text: string): number {
    const known = this.#positions.get(text);
    if (known !== undefined) return known;
    this.#positions.set(text, this.#strings.length);
    return this.#strings.push(text) - 1;
  }

  get strings(): readonly string[] {
    return this.#strings;
  }
}

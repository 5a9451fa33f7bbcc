import { SetosaError } from "../../../errors.ts";

/** Bytes of tables, in and out, that all requests of a process hold together. */
const most = 256 * 1024 * 1024;
/** Tables that are worked on at once. */
const mostTables = 64;

/** Counts what tables hold in memory, so that many of them together stay within bounds as each of them does. */
export class Memory {
  readonly #held = new Map<object, number>();
  #sum = 0;
  #tables = 0;

  /** @throws SetosaError OVERLOADED */
  enter(): void {
    if (this.#tables >= mostTables)
      throw new SetosaError("OVERLOADED", `${this.#tables} tables are under way, which is the limit.`, { hint: "Try again later." });
    this.#tables++;
  }

  leave(): void {
    this.#tables--;
  }

  /** So much is held by now. */
  hold(holder: object, bytes: number): void {
    this.#sum += bytes - (this.#held.get(holder) ?? 0);
    if (bytes === 0) this.#held.delete(holder);
    else this.#held.set(holder, bytes);
  }

  get isFull(): boolean {
    return this.#sum > most;
  }

  /**
   * As `hold`, for who cannot wait until there is room.
   * @throws SetosaError OVERLOADED
   */
  need(holder: object, bytes: number): void {
    const more = bytes - (this.#held.get(holder) ?? 0);
    if (more > 0 && this.#sum + more > most)
      throw new SetosaError("OVERLOADED", "Other tables take the memory that there is for them.", {
        hint: "Try again later, and write smaller record batches: writer.write_table(table, max_chunksize=65536).",
      });
    this.hold(holder, bytes);
  }
}

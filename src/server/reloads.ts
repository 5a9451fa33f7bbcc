/** What is read again when the server is asked to reload (SIGHUP), without dropping a request. */
export interface Reloads {
  /**
   * @param name for people, where it fails: `TLS certificate`
   * @param callback reads again; where it throws, what was read before stays
   */
  onReload(name: string, callback: () => unknown): void;
  /** Runs all, in the order in which they were given, each whatever becomes of the others; resolves with one line for each failure. */
  run(): Promise<readonly string[]>;
}

export function createReloads(): Reloads {
  const callbacks: { readonly name: string; readonly callback: () => unknown }[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const runAll = async (): Promise<readonly string[]> => {
    const failures: string[] = [];
    for (const { name, callback } of callbacks) {
      try {
        await callback();
      } catch (error) {
        failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return failures;
  };
  return {
    onReload: (name, callback) => callbacks.push({ name, callback }),
    // One after another: what is asked for meanwhile is read after it.
    run: () => {
      const done = last.then(runAll);
      last = done;
      return done;
    },
  };
}

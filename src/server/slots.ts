/** Lets so many run at once, and the others wait, in the order in which they came. */
export interface Slots {
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function createSlots(most: number): Slots {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    run: async (work) => {
      // Whoever ends hands its place over, so that nobody who comes in between takes it.
      if (running < most) running++;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running--;
        else next();
      }
    },
  };
}

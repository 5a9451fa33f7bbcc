import type { Listener } from "../transport.ts";

/** Two listeners as one, which is the first to those who ask for its port. */
export function bothListeners(first: Listener, second: Listener): Listener {
  return {
    port: first.port,
    retire: () => {
      first.retire();
      second.retire();
    },
    connections: () => {
      const [one, other] = [first.connections(), second.connections()];
      return { open: one.open + other.open, accepted: one.accepted + other.accepted, rejected: one.rejected + other.rejected };
    },
    drain: async () => {
      await Promise.all([first.drain(), second.drain()]);
    },
    destroy: () => {
      first.destroy();
      second.destroy();
    },
  };
}

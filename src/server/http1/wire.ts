/** What an HTTP connection needs of its socket; one for each runtime. */
export interface Wire {
  /**
   * Sends a text as UTF-8, or bytes as they are; what the kernel does not take at once is kept, and counted in `backlog`.
   * @param bytes How many it is
   */
  write(data: string | Uint8Array, bytes: number): void;
  /** Bytes that the client has not taken yet. */
  readonly backlog: number;
  /** The client's network address; undefined where it has gone. */
  readonly address?: string | undefined;
  /** Sends what is left, and then that nothing follows. */
  end(): void;
  /** Closes both ways, now. */
  destroy(): void;
  /** The same so that the client sees a failure, and not an end. */
  reset(): void;
  /** Stops reading, so that the client's own writes come to a halt. */
  pause(): void;
  resume(): void;
}

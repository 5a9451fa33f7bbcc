/** Positions in the memory that a thread shares: see WorkerStart. */
const busy = 0;
const stopped = 1;

/** So long does the end of the process wait for a run that has begun. */
const exitMilliseconds = 5_000;

/**
 * Stops a thread between runs only. Where Node ends a thread inside onnxruntime-node, its native code throws
 * and takes the whole process down with it ("terminate called after throwing an instance of 'Napi::Error'");
 * so does the normal end of a process while a thread computes.
 */
export class ThreadControl {
  static readonly #running = new Set<ThreadControl>();
  readonly memory = new Int32Array(new SharedArrayBuffer(8));

  /** Of a thread that is about to be started, and counts as busy until it says that it is not. */
  constructor() {
    Atomics.store(this.memory, busy, 1);
    if (ThreadControl.#running.size === 0) process.on("exit", ThreadControl.#atExit);
    ThreadControl.#running.add(this);
  }

  /** Lets the thread begin nothing more. Whether it can be ended at once; else it ends itself after what it is doing. */
  stop(): boolean {
    Atomics.store(this.memory, stopped, 1);
    return Atomics.load(this.memory, busy) === 0;
  }

  /** The thread has ended. */
  release(): void {
    ThreadControl.#running.delete(this);
    if (ThreadControl.#running.size === 0) process.off("exit", ThreadControl.#atExit);
  }

  static readonly #atExit = (): void => {
    for (const control of ThreadControl.#running) if (!control.stop()) Atomics.wait(control.memory, busy, 1, exitMilliseconds);
  };
}

import { createStore } from "../state/store.ts";

/** Whether the server answered last. */
export type Connection = "up" | "down";

export const connection = createStore<Connection>("up");

/** Times that the server came back: whoever shows its data asks again. */
export const reconnections = createStore(0);

const retryMilliseconds = 2000;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Said by whoever had an answer. */
export function noteAnswer(): void {
  clearTimeout(timer);
  timer = undefined;
  if (connection.get() === "up") return;
  connection.set("up");
  reconnections.set(reconnections.get() + 1);
}

/** Said by whoever had none: from now on the server is asked whether it is back. */
export function noteSilence(): void {
  connection.set("down");
  timer ??= setTimeout(ask, retryMilliseconds);
}

async function ask(): Promise<void> {
  try {
    await fetch(new URL("health/live", document.baseURI), { cache: "no-store" });
    noteAnswer();
  } catch {
    timer = setTimeout(ask, retryMilliseconds);
  }
}

import { useEffect, useState } from "preact/hooks";
import { useStore } from "../state/store.ts";
import { type ApiError, toApiError } from "./api-error.ts";
import { apiKey } from "./api-key.ts";
import { connection, reconnections } from "./connection.ts";
import { getStats, type Stats, streamStats } from "./stats.ts";
import type { Resource } from "./use-resource.ts";

/** Between the end of a stream, which may be that of a server, and the next try. */
const retryMilliseconds = 1000;
/** Between two questions where the server has too many streams already. */
const pollMilliseconds = 5000;

/** The last minutes of the server, kept up to date while the page is looked at. */
export function useStats(): Resource<Stats> {
  const [value, setValue] = useState<Stats>();
  const [error, setError] = useState<ApiError>();
  const [asked, setAsked] = useState(0);
  const visible = useVisible();
  const key = useStore(apiKey);
  const returned = useStore(reconnections);
  // The key and the server's return are reasons to begin anew.
  useEffect(() => {
    if (!visible) return;
    const controller = new AbortController();
    const { signal } = controller;
    const take = (stats: Stats) => {
      setValue(stats);
      setError(undefined);
    };
    void follow(signal, take, setError);
    return () => controller.abort();
  }, [visible, asked, key, returned]);
  return { value, error, reload: () => setAsked((times) => times + 1) };
}

async function follow(signal: AbortSignal, take: (stats: Stats) => void, fail: (error: ApiError) => void): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const stats of streamStats(signal)) take(stats);
      await pause(retryMilliseconds, signal);
    } catch (thrown) {
      if (signal.aborted) return;
      const error = toApiError(thrown);
      if (error.status === 503) {
        await pollOnce(signal, take, fail);
        continue;
      }
      fail(error);
      // The banner says so, and whoever looks for the server starts this anew.
      if (connection.get() === "down" || error.status >= 400) return;
      await pause(retryMilliseconds, signal);
    }
  }
}

async function pollOnce(signal: AbortSignal, take: (stats: Stats) => void, fail: (error: ApiError) => void): Promise<void> {
  try {
    take(await getStats({ signal }));
  } catch (thrown) {
    if (!signal.aborted) fail(toApiError(thrown));
  }
  await pause(pollMilliseconds, signal);
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Browsers keep six connections to a server for all of its pages: one that nobody looks at needs none. */
function useVisible(): boolean {
  const [visible, setVisible] = useState(document.visibilityState === "visible");
  useEffect(() => {
    const look = () => setVisible(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return visible;
}

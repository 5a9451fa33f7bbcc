import type { TestServer } from "../e2e/server.ts";

/** Rows like those that iris was trained on, and rows that are larger all over: they drift. */
const usual = [
  [5.1, 3.5, 1.4, 0.2],
  [6.3, 3.3, 6.0, 2.5],
  [5.7, 2.8, 4.1, 1.3],
] as const;
const drifted = [
  [9.5, 3.5, 6.4, 0.2],
  [9.3, 3.3, 6.6, 2.5],
] as const;

/** Asks a model so many times, one request after the other. */
export async function ask(server: TestServer, model: string, times: number, rows: readonly (readonly number[])[] = usual): Promise<void> {
  for (let time = 0; time < times; time++) {
    const answer = await server.post(`/models/${model}/predict`, rows[time % rows.length]);
    await answer.text();
    if (answer.status !== 200) throw new Error(`${model} answered ${answer.status}`);
  }
}

/** Requests of 16 rows that no model of irises was trained on: of more at once, monitoring looks at some. */
export async function askDrifted(server: TestServer, model: string, requests: number): Promise<void> {
  const rows = Array.from({ length: 16 }, (_, row) => drifted[row % drifted.length]);
  for (let time = 0; time < requests; time++) await (await server.post(`/models/${model}/predict`, rows)).text();
}

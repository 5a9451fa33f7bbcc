import { Hono } from "hono";
import { loadModel, SetosaError } from "setosa";
import { createHandler } from "setosa/fetch";
import type { IrisRow, Models } from "./models.ts";

const iris = await loadModel<Models["iris"]>("models/iris.onnx");
const handler = await createHandler({ models: iris, basePath: "/ml" });

/** The same on Node, Bun and Deno. */
export const app = new Hono();

// Every route of `setosa serve`, under /ml: Hono's requests are the web's own.
app.all("/ml/*", (context) => handler(context.req.raw));

// The model as a library.
app.post("/flowers", async (context) => {
  const { prediction, probabilities } = iris.predict(await context.req.json<IrisRow>());
  return context.json({ flower: prediction, certainty: probabilities[prediction] });
});

app.onError((error, context) => {
  if (!(error instanceof SetosaError)) throw error;
  const { code, message, path, hint } = error;
  return context.json({ code, message, path, hint }, 400);
});

export async function close(): Promise<void> {
  await handler.close();
  await iris.close();
}

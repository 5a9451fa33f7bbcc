import express, { type ErrorRequestHandler } from "express";
import { loadModel, SetosaError } from "setosa";
import { createHandler } from "setosa/fetch";
import { nodeMiddleware } from "setosa/fetch/node";
import type { IrisRow, Models } from "./models.ts";

// The model as a library, with the types that `npm run types` wrote.
const iris = await loadModel<Models["iris"]>("models/iris.onnx");
// The same model behind every route of `setosa serve`.
const handler = await createHandler({ models: iris });

const app = express();

app.use("/ml", nodeMiddleware(handler));

app.post("/flowers", express.json(), (request, response) => {
  const { sepal = [], petal = [] } = request.body as { sepal?: number[]; petal?: number[] };
  const row = {
    "sepal length (cm)": sepal[0],
    "sepal width (cm)": sepal[1],
    "petal length (cm)": petal[0],
    "petal width (cm)": petal[1],
  } as IrisRow; // What is not a number the model refuses, and says which it is.
  const { prediction, probabilities } = iris.predict(row);
  response.json({ flower: prediction, certainty: probabilities[prediction] });
});

const explain: ErrorRequestHandler = (error, _request, response, next) => {
  if (!(error instanceof SetosaError)) return next(error);
  const { code, message, path, hint } = error;
  response.status(400).json({ code, message, path, hint });
};
app.use(explain);

const server = app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === "object" ? address?.port : address}`);
});

process.once("SIGTERM", () => {
  server.close(async () => {
    await handler.close();
    await iris.close();
  });
});

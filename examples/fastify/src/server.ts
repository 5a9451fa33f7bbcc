import Fastify from "fastify";
import { loadModel, SetosaError } from "setosa";
import { createHandler } from "setosa/fetch";
import { nodeMiddleware } from "setosa/fetch/node";
import type { IrisRow, Models } from "./models.ts";

const iris = await loadModel<Models["iris"]>("models/iris.onnx");
const handler = await createHandler({ models: iris, basePath: "/ml" });
const app = Fastify();

// The model as a library: rows as `npm run types` says they are, predictions typed by the model's own classes.
app.post<{ Body: IrisRow }>("/flowers", (request, reply) => {
  const { prediction, probabilities } = iris.predict(request.body);
  return reply.send({ flower: prediction, certainty: probabilities[prediction] });
});

app.setErrorHandler((error, _request, reply) => {
  if (!(error instanceof SetosaError)) throw error;
  const { code, message, path, hint } = error;
  return reply.status(400).send({ code, message, path, hint });
});

// Every route of `setosa serve`, under /ml. The handler reads bodies itself, of any type and within its own limits.
await app.register(async (ml) => {
  const answer = nodeMiddleware(handler);
  ml.removeAllContentTypeParsers();
  ml.addContentTypeParser("*", (_request, _body, done) => done(null));
  for (const path of ["/ml", "/ml/*"])
    ml.all(path, (request, reply) => {
      reply.hijack();
      answer(request.raw, reply.raw);
    });
});

app.addHook("onClose", async () => {
  await handler.close();
  await iris.close();
});

console.log(await app.listen({ port: Number(process.env.PORT ?? 3000), host: "127.0.0.1" }));
process.once("SIGTERM", () => void app.close());

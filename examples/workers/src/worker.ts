import { createHandler } from "setosa/fetch";
// Workers make no WebAssembly of bytes: the model was compiled before, by `npm run compile`.
import { load } from "../compiled/iris.js";
import wasm from "../compiled/iris.wasm";

const iris = await load(wasm);
const handler = await createHandler({ models: iris, basePath: "/ml" });

export default {
  async fetch(request: Request): Promise<Response> {
    // Every route of `setosa serve`, under /ml.
    const answer = handler.answer(request);
    if (answer !== undefined) return answer;
    // The model as a library, with its own types.
    const { prediction, probabilities } = iris.predict([5.1, 3.5, 1.4, 0.2]);
    return Response.json({ flower: prediction, certainty: probabilities[prediction] });
  },
};

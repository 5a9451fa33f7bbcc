import { ml } from "../../../lib/iris";

// Every route of `setosa serve`, under /ml.
async function answer(request: Request): Promise<Response> {
  return (await ml())(request);
}

export { answer as GET, answer as HEAD, answer as OPTIONS, answer as POST };

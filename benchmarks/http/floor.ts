/**
 * What the runtime itself costs: the same route without Setosa. Parses the body, answers a constant of the same size.
 * `floor.ts PORT`, under Bun or Node.
 */
import { createServer } from "node:http";

const port = Number(process.argv[2]);
const json =
  '{"model":"iris","version":"1","prediction":"Iris-Setosa","probabilities":{"Iris-Setosa":0.98165685,"Iris-Versicolor":0.018343154,"Iris-Virginica":1.4395049e-8}}\n';
const text = "Prediction: Iris-Setosa\n";
const answer = (received: string) => (typeof JSON.parse(received) === "object" ? json : "");

if (process.versions.bun !== undefined) {
  const init = { headers: { "content-type": "application/json" } };
  Bun.serve({
    port,
    hostname: "127.0.0.1",
    development: false,
    fetch: (request) =>
      request.method === "GET" ? new Response(text) : request.text().then((received) => new Response(answer(received), init)),
  });
} else
  createServer((request, response) => {
    if (request.method === "GET") {
      response.writeHead(200, { "content-type": "text/plain", "content-length": text.length });
      response.end(text);
      return;
    }
    let received = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      received += chunk;
    });
    request.on("end", () => {
      const body = answer(received);
      response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
      response.end(body);
    });
  }).listen(port, "127.0.0.1");

// Answers every request with the same bytes, without reading it: what the client reaches against this is its ceiling.
// JavaScript, so that it runs from the sources on every runtime. `responder.js BODY_BYTES` prints its port.
import { createServer } from "node:net";

const length = Number(process.argv[2]);
const answer = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${"x".repeat(length)}`);

const server = createServer({ noDelay: true }, (socket) => {
  // A read is a request: the client has one under way on each connection, and it is small.
  socket.on("data", () => socket.write(answer));
  socket.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "object" ? address?.port : ""}\n`);
});
// The bench that started it is gone.
process.once("disconnect", () => process.exit());

// Answers every request after 5 ms, and does nothing meanwhile: neither it nor any client is at its limit.
// `waiting-server.js` prints its port.
import { createServer } from "node:net";

const body = "x".repeat(160);
const answer = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const server = createServer({ noDelay: true }, (socket) => {
  socket.on("data", () => setTimeout(() => socket.write(answer), 5));
  socket.on("error", () => socket.destroy());
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${JSON.stringify(server.address())}\n`));

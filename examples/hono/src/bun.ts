import { app, close } from "./app.ts";

const server = Bun.serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000), hostname: "127.0.0.1" });
console.log(`http://127.0.0.1:${server.port}`);

process.once("SIGTERM", async () => {
  await server.stop();
  await close();
});

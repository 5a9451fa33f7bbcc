/** A server of ModelInfer by one of JavaScript's libraries of gRPC: says its port. */
const library = process.argv[2];
const servers = {
  "grpc-js": () => import("./grpc-peers/grpc-js.ts"),
  http2: () => import("./grpc-peers/http2.ts"),
  connect: () => import("./grpc-peers/connect.ts"),
} as const;
if (library === undefined || !Object.hasOwn(servers, library)) throw new Error(`no such library: ${library}`);
const { serve } = await servers[library as keyof typeof servers]();
console.log(`listening on ${await serve()}`);
process.once("SIGTERM", () => process.exit(0));

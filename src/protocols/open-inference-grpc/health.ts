import { SetosaError } from "../../errors.ts";
import type { ProtocolContext } from "../context.ts";
import type { Route } from "../exchange.ts";
import { readTexts } from "./decode.ts";
import { method, reply } from "./method.ts";
import { ProtoWriter } from "./proto-writer.ts";
import { checkPath, healthService, inferenceService, watchPath } from "./services.ts";

/** `ServingStatus` */
const serving = 1;
const notServing = 2;
const serviceUnknown = 3;

const services = ["", inferenceService, healthService];

/** gRPC's own health checks (grpc/doc/health-checking.md): red where `/health/ready` is. */
export function healthMethods({ isReady }: Pick<ProtocolContext, "isReady">): Route[] {
  const look = watchHealth({ isReady });
  return [
    method(checkPath, "Whether the server should be sent calls.", (message) => {
      const service = readTexts(message)[1] ?? "";
      if (!services.includes(service))
        throw new SetosaError("MODEL_NOT_FOUND", `No service is called ${JSON.stringify(service.slice(0, 80))}.`, {
          path: "service",
          hint: `Ask for ${inferenceService}, or for none.`,
        });
      return reply(status(isReady() ? serving : notServing));
    }),
    method(watchPath, "The same, with each change.", (message) => reply(look(message))),
  ];
}

/** What `Watch` answers now. */
export function watchHealth({ isReady }: Pick<ProtocolContext, "isReady">): (message: Uint8Array) => Uint8Array {
  return (message) => {
    if (!services.includes(readTexts(message)[1] ?? "")) return status(serviceUnknown);
    return status(isReady() ? serving : notServing);
  };
}

function status(value: number): Uint8Array {
  return new ProtoWriter().integer(1, value).finish();
}

import type { ChildProcess } from "node:child_process";

/** What node:cluster sends with a connection, and what a worker answers when it has taken it. */
interface ClusterMessage {
  readonly cmd?: unknown;
  readonly act?: unknown;
  readonly seq?: unknown;
  readonly ack?: unknown;
}

/**
 * Gives the connection that a worker was being handed when it died to another one.
 *
 * In Node's round robin the primary keeps a connection open until the worker has answered that it took it. Of a worker that dies before,
 * no answer comes: the connection stays open in the primary for ever, and its client waits for ever (internal/cluster/
 * round_robin_handle.js in Node 20 to 26: `handoff` waits in `sendHelper`'s map of callbacks, which a worker's end does not empty). So the answer
 * that is missing is given here: "not taken", after which the primary distributes the connection again, or "taken" where there is
 * nobody else, after which it closes its own descriptor, and the client learns that the server is gone.
 * Where Node's messages should change, none is recognised, and nothing is done.
 */
export function returnHandedOver(worker: ChildProcess, hasOthers: () => boolean): void {
  // At most one is under way: the primary hands a worker the next connection when it has answered.
  let underWay: unknown;
  const { send } = worker;
  worker.send = function (this: ChildProcess, ...values: Parameters<ChildProcess["send"]>) {
    const message = values[0] as ClusterMessage | null;
    if (typeof message === "object" && message?.cmd === "NODE_CLUSTER" && message.act === "newconn") underWay = message.seq;
    return Reflect.apply(send, this, values) as boolean;
  } as ChildProcess["send"];
  worker.on("internalMessage", ({ ack }: ClusterMessage) => {
    if (ack !== undefined && ack === underWay) underWay = undefined;
  });
  const giveBack = () => {
    if (underWay !== undefined) worker.emit("internalMessage", { cmd: "NODE_CLUSTER", ack: underWay, accepted: !hasOthers() }, undefined);
  };
  // What it had answered is on the channel still, and is read first. (`disconnect` does not come while Node itself waits for the handle's
  // acknowledgement.)
  worker.once("exit", () => setImmediate(() => setImmediate(giveBack)));
}

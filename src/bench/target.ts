import { type Asked, Asker, endpointOf, isLocal } from "./client/ask.ts";
import type { Endpoint } from "./client/connection.ts";
import { encodeRequest, type RequestPlan } from "./client/request.ts";
import { type BenchPlan, sampleSize, type TargetPlan } from "./plan.ts";
import { type AnswerForm, describePrediction, readPrediction } from "./prediction.ts";
import { ownsPort, type ServerProcesses, serverProcesses } from "./process/server-processes.ts";
import { StartedServer, waitFor } from "./process/started-server.ts";
import type { Preflight, Refusal } from "./result.ts";

const startSeconds = 60;
const shownBytes = 300;

/** A target that has been reached and asked, ready for load; or what there is of one that was refused. */
export interface Target {
  readonly plan: TargetPlan;
  readonly url: URL;
  readonly server?: StartedServer;
  readonly startMilliseconds?: number;
  readonly endpoint?: Endpoint;
  readonly requests: readonly Uint8Array<ArrayBuffer>[];
  readonly answerForm: AnswerForm;
  /** By request, for the first ones. */
  readonly predictions: readonly unknown[];
  readonly answerBytes: number;
  readonly processes?: ServerProcesses;
  readonly preflight?: Preflight;
  readonly refusal?: Refusal;
}

/** Starts the target's server where the plan says so, and asks it every request of the sample, one at a time. */
export async function openTarget(plan: BenchPlan, target: TargetPlan, position: number): Promise<Target> {
  const answerForm = target.answerForm ?? plan.answerForm;
  const server = target.start === undefined ? undefined : new StartedServer(target.start, plan.serverCores);
  const empty = { plan: target, answerForm, requests: [], predictions: [], answerBytes: 0, ...(server === undefined ? {} : { server }) };
  const url = target.url ?? (server === undefined ? undefined : await startedUrl(server, target));
  const refused = (code: Refusal["code"], message: string, at = url) => ({
    ...empty,
    url: at ?? new URL("http://localhost/"),
    refusal: { code, message: `target ${position} (${target.name}) ${message}` },
  });
  if (url === undefined) return refused("NOT_REACHABLE", `does not listen on a port: ${server?.ended ?? server?.output ?? ""}`);

  const plans = target.requests ?? plan.requests;
  const encode = (request: RequestPlan): Uint8Array<ArrayBuffer> => encodeRequest(url, request, plan.keepAlive);
  if (server !== undefined) {
    const first = encode(plans[0] as RequestPlan);
    const ready = await waitFor(server, target.start?.timeoutSeconds ?? startSeconds, () => isReady(url, first, plan));
    if (ready === undefined) return refused("NOT_REACHABLE", `does not answer 2xx at ${url.href}: ${server.ended ?? server.output}`);
  }
  const startMilliseconds = server === undefined ? undefined : performance.now() - server.startedAt;
  const endpoint = await endpointOf(url);
  const asker = new Asker(endpoint, plan.timeoutMilliseconds);
  const predictions: unknown[] = [];
  let first: Exclude<Asked, { failure: string }> | undefined;
  let keepsAlive = true;
  try {
    for (const request of plans.slice(0, sampleSize)) {
      const answer = await asker.ask(encode(request));
      if ("failure" in answer) return refused("NOT_REACHABLE", `gives no answer: ${answer.failure}`);
      if (answer.status < 200 || answer.status > 299)
        return {
          ...refused("STATUS_NOT_OK", `answered ${answer.head.split("\r\n", 1)[0]?.slice(9)}`),
          preflight: describe(answer, undefined, answer.keepAlive),
        };
      first ??= answer;
      keepsAlive &&= answer.keepAlive;
      predictions.push(readPrediction(answer.body.toString("utf8"), answerForm));
    }
  } finally {
    asker.close();
  }
  const processes = isLocal(endpoint) ? serverProcesses(endpoint.port, server?.pid ?? target.pid) : undefined;
  const preflight = first === undefined ? undefined : describe(first, predictions[0], keepsAlive, processes);
  const opened: Target = {
    ...empty,
    url,
    endpoint,
    requests: plans.map(encode),
    predictions,
    answerBytes: first?.body.length ?? 0,
    ...(startMilliseconds === undefined ? {} : { startMilliseconds }),
    ...(processes === undefined ? {} : { processes }),
    ...(preflight === undefined ? {} : { preflight }),
  };
  // Another server may have had the port all along, and ours may have failed for that.
  if (server !== undefined && processes !== undefined && !ownsPort(processes.all, endpoint.port))
    return {
      ...opened,
      refusal: {
        code: "PROCESS_DIFFERS",
        message: `target ${position} (${target.name}) is answered by another process than the one that was started`,
      },
    };
  return opened;
}

/** Whether the process that answers is still the one that was asked first. */
export function sameProcess({ plan, processes, endpoint, server }: Target): boolean {
  if (processes === undefined || endpoint === undefined) return true;
  const now = serverProcesses(endpoint.port, server?.pid ?? plan.pid);
  return now !== undefined && now.root === processes.root;
}

async function startedUrl(server: StartedServer, target: TargetPlan): Promise<URL | undefined> {
  const port = await waitFor(server, target.start?.timeoutSeconds ?? startSeconds, () => server.listeningPort());
  return port === undefined ? undefined : new URL(`http://127.0.0.1:${port}/predict`);
}

async function isReady(url: URL, request: Uint8Array, { timeoutMilliseconds }: BenchPlan): Promise<true | undefined> {
  const asker = new Asker(await endpointOf(url), timeoutMilliseconds);
  try {
    const answer = await asker.ask(request);
    return "status" in answer && answer.status >= 200 && answer.status <= 299 ? true : undefined;
  } finally {
    asker.close();
  }
}

function describe(
  { status, head, body }: Exclude<Asked, { failure: string }>,
  prediction: unknown,
  keepsAlive: boolean,
  processes?: ServerProcesses,
): Preflight {
  const headers = head
    .split("\r\n")
    .slice(1)
    .flatMap((line): [string, string][] => {
      const colon = line.indexOf(":");
      return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()]];
    });
  return {
    status,
    headers,
    body: body.toString("utf8", 0, shownBytes),
    prediction: describePrediction(prediction ?? ""),
    keepsAlive,
    ...(processes === undefined ? {} : { process: { pid: processes.root, command: processes.command, processes: processes.all.size } }),
  };
}

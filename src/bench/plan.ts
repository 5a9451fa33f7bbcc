import type { RequestPlan } from "./client/request.ts";
import type { AnswerForm } from "./prediction.ts";

/** An endpoint to measure. */
export interface TargetPlan {
  readonly name: string;
  /** Absent where the bench starts the server, and finds the port that it listens on. */
  readonly url?: URL;
  readonly start?: StartPlan;
  /** The process from which all of the server's come, where it is known and the bench did not start it. */
  readonly pid?: number;
  /** What this target is sent, where it speaks another protocol than the others; as many as the plan's. */
  readonly requests?: readonly RequestPlan[];
  readonly answerForm?: AnswerForm;
  /** It answers the same whatever it is asked: a floor for what a server costs. What it predicts is not looked at. */
  readonly constant?: boolean;
}

/** A server that the bench starts and stops. */
export interface StartPlan {
  /** The program and its arguments; no shell. */
  readonly command: readonly string[];
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Asked for until it answers; the target's own where it is absent. */
  readonly timeoutSeconds?: number;
}

export interface BenchPlan {
  readonly targets: readonly TargetPlan[];
  /** Different ones, sent in turn. */
  readonly requests: readonly RequestPlan[];
  /** Where they come from, in words. */
  readonly payload: string;
  readonly answerForm: AnswerForm;
  /** What every request must be answered with; otherwise what the first target answers. */
  readonly expected?: unknown;
  readonly connections: number;
  readonly threads: number;
  readonly keepAlive: boolean;
  /** Requests per second that are due, whatever the answers do; a closed loop where it is absent. */
  readonly rate?: number;
  readonly rounds: number;
  readonly roundSeconds: number;
  /** Of a round: it ends sooner when so many were sent. */
  readonly roundRequests?: number;
  /** At the most; it ends when the rate is flat. */
  readonly warmupSeconds: number;
  readonly timeoutMilliseconds: number;
  /** `taskset -c` lists; absent where nothing is pinned. */
  readonly clientCores?: string;
  readonly serverCores?: string;
  readonly version: string;
  /** The command line that repeats it. */
  readonly command: string;
}

/** Of how many requests the prediction is known: asked for one by one before the load, and compared during it. */
export const sampleSize = 32;

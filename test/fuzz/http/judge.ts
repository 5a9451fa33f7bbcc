import { type AnswerReading, type RawAnswer, readAnswers } from "./answers.ts";
import type { Asker } from "./ask.ts";
import type { Exchange } from "./exchange.ts";
import type { Case } from "./mutate.ts";
import type { ReferenceReading, ReferenceRequest } from "./reference.ts";

/** Codes of answers to what is no request: the last one of a connection. */
const refusals = /"code":"(REQUEST_INVALID|HEADERS_TOO_LARGE)"/;

export interface Verdict {
  /** Why the case is a finding; undefined where it is none. */
  readonly finding: string | undefined;
  /** Requests that were answered as such. */
  readonly answered: number;
  /** The last answer refused the stream. */
  readonly refused: boolean;
}

/**
 * Whether the server understood what Node's parser understands, or less: every answer is well-formed, answers a request that
 * the reference sees at this place, and says what the server says to the same request in its plainest form.
 */
export async function judge(
  given: Case,
  { text, ended }: Exchange,
  reference: ReferenceReading,
  asker: Pick<Asker, "ask">,
): Promise<Verdict> {
  const { requests } = reference;
  // Node knows a closed list of methods; ours answers others with 405, or that there is no such route, and goes on.
  const unknownMethod = reference.fault === "HPE_INVALID_METHOD";
  const reading = readAnswers(text, (position) => {
    const method = requests[position]?.method;
    return method === undefined && unknownMethod ? undefined : method === "HEAD";
  });
  const { answers } = reading;
  const last = answers.at(-1);
  const refused = last !== undefined && isRefusal(last);
  const answered = answers.length - (refused ? 1 : 0);
  const verdict = (finding?: string): Verdict => ({ finding, answered, refused });
  if (!ended) return verdict("the connection neither ended nor was answered to its end");
  if (reading.fault !== undefined) return verdict(`malformed: ${reading.fault}`);
  const wrong = wrongInterim(reading, given);
  if (wrong !== undefined) return verdict(wrong);
  if (refused && last.headers.get("connection") !== "close") return verdict("a refusal that keeps the connection");
  for (const [position, answer] of answers.slice(0, answered).entries()) {
    const request = requests[position];
    if (request === undefined) {
      if (unknownMethod && (answer.status === 405 || answer.status === 404)) return verdict();
      return verdict(`answer ${position} (${answer.status}) where the reference sees no request (${reference.fault ?? "the end"})`);
    }
    const difference = await compare(answer, request, asker, given);
    if (difference !== undefined) return verdict(`answer ${position} to ${request.method} ${request.target.slice(0, 80)}: ${difference}`);
  }
  return verdict();
}

function isRefusal({ status, body, headers }: RawAnswer): boolean {
  if (status === 408) return true;
  // The answer to a HEAD has no body that says its code.
  return (status === 400 || status === 431) && (refusals.test(body) || (body === "" && headers.get("connection") === "close"));
}

function wrongInterim({ interim }: AnswerReading, { stream }: Case): string | undefined {
  return interim > 0 && !/100-continue/i.test(stream) ? "100 Continue that nobody expects" : undefined;
}

async function compare(
  answer: RawAnswer,
  request: ReferenceRequest,
  asker: Pick<Asker, "ask">,
  { stream }: Case,
): Promise<string | undefined> {
  if (request.body === undefined) {
    // Answered by its head alone: what would not be asked for its body, or was too long.
    if (answer.status >= 400 || request.method !== "POST") return undefined;
    return `${answer.status} to a request whose body the reference has not seen whole`;
  }
  const right = await asker.ask(request);
  // The reference has another name for the header, which a body may begin or end with: see there.
  const plain = (text: string) => (/upgrade:/i.test(stream) ? text.replace(/q/gi, (letter) => (letter === "q" ? "u" : "U")) : text);
  if (answer.status === right.status && (request.method === "HEAD" || plain(answer.body) === plain(right.body))) return undefined;
  return `${answer.status} ${JSON.stringify(answer.body.slice(0, 200))} instead of ${right.status} ${JSON.stringify(right.body.slice(0, 200))}`;
}

import type { Answer, Answered, ErrorForm, HttpRequest } from "../protocols/exchange.ts";
import { type Application, isStream, type Receive } from "./transport.ts";

/** Writes errors as the clients of each protocol expect them, whoever found them. What is no error costs nothing. */
export function withErrorForms(application: Application, forms: readonly ErrorForm[]): Application {
  if (forms.length === 0) return application;
  const write = (path: string, answer: Answer): Answer => {
    const { error } = answer;
    if (error === undefined) return answer;
    // As of routes, of those that claim a path the last one has it.
    return forms.findLast((form) => form.claims(path))?.write(error, answer) ?? answer;
  };
  const written = ({ path }: HttpRequest, answered: Answered): Answered => {
    if (!(answered instanceof Promise)) return write(path, answered);
    return answered.then((answer) => write(path, answer));
  };

  const receivers = new WeakMap<Receive, Receive>();
  const receiver = (receive: Receive): Receive => {
    const known = receivers.get(receive);
    if (known !== undefined) return known;
    const made: Receive = (request, body, client) => written(request, receive(request, body, client));
    receivers.set(receive, made);
    return made;
  };

  return {
    ...application,
    begin: (request, client) => {
      const begun = application.begin(request, client);
      if (typeof begun === "function") return receiver(begun);
      if (!isStream(begun)) return written(request, begun);
      return { stream: async (...of) => write(request.path, await begun.stream(...of)) };
    },
    fault: (fault, refused) => {
      const answer = application.fault(fault, refused);
      return refused === undefined ? answer : write(refused.request.path, answer);
    },
  };
}

import { isIP } from "node:net";
import { SetosaError } from "../../errors.ts";
import { errorAnswer } from "../../protocols/error-answer.ts";
import type { Answer, HttpRequest } from "../../protocols/exchange.ts";
import type { Application } from "../transport.ts";

/**
 * Refuses what a page in a browser on this machine could send to a listener that only this machine reaches: requests to another origin
 * say theirs (Fetch, 3.1), and a name that its owner lets lead to 127.0.0.1 (DNS rebinding) stands in Host.
 */
export function withoutBrowsers(application: Application): Application {
  return { ...application, begin: (request, client) => refusal(request) ?? application.begin(request, client) };
}

const fromPage = errorAnswer(
  new SetosaError("PERMISSION_DENIED", "Pages may not ask this listener.", { hint: "Use a client that is no browser." }),
);
const otherHost = errorAnswer(
  new SetosaError("PERMISSION_DENIED", "This listener is asked by its address only.", {
    hint: "Use its IP address or localhost, such as http://127.0.0.1:9090.",
  }),
);

function refusal({ headers }: HttpRequest): Answer | undefined {
  if (headers.get("origin") != null) return fromPage;
  const site = headers.get("sec-fetch-site") ?? "none";
  if (site !== "none" && site !== "same-origin") return fromPage;
  return namesAddress(headers.get("host")) ? undefined : otherHost;
}

/** Whether `Host` is an address or localhost: a name may be anybody's. */
export function namesAddress(host: string | null | undefined): boolean {
  return isAddress(host ?? "localhost");
}

/** An address, or the one name that no DNS answers (RFC 6761, 6.3), with or without a port. */
function isAddress(host: string): boolean {
  const name = host.replace(/:\d*$/, "").toLowerCase();
  const address = name.startsWith("[") && name.endsWith("]") ? name.slice(1, -1) : name;
  return name === "" || name === "localhost" || isIP(address) !== 0;
}

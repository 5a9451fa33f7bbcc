import { undescribed } from "../../openapi/description.ts";
import type { Answer, HttpRequest, Protocol, Route } from "../../protocols/exchange.ts";
import { describeDocs } from "../describe.ts";
import { fileAnswers } from "../page/page-answers.ts";
import type { PageFiles } from "../page/page-files.ts";
import { pageHeaders } from "../page/page-headers.ts";

/** What shows `/openapi.json` to people. */
export interface Docs {
  readonly protocol: Protocol;
  /** Whether a request needs no API key: the viewer knows nothing of the models, and asks for a key itself. */
  isOpen(request: HttpRequest): boolean;
}

const path = "/docs";
/** The viewer's files stand beside the path, and not below. */
const elsewhere: Answer = { head: { status: 308, headers: { ...pageHeaders, location: "../docs" } }, body: "" };

/** `GET /docs`, and the files that it names. */
export function createDocs({ index, assets }: PageFiles): Docs {
  const routes = new Map<string, Route>();
  for (const asset of assets) {
    const get = fileAnswers(asset, "for good");
    routes.set(`/${asset.path}`, {
      path: `/${asset.path}`,
      summary: "A part of the viewer.",
      protocol: "docs",
      later: false,
      get,
      describe: undescribed,
    });
  }
  const answer = fileAnswers(index, "asked each time");
  const viewer: Route = {
    path,
    summary: "These routes, for people.",
    protocol: "docs",
    later: false,
    get: (request) => (request.path === path ? answer(request) : elsewhere),
    describe: describeDocs,
  };
  return {
    protocol: { routes: [viewer], resolve: (asked) => routes.get(asked) },
    isOpen: (request) => request.path === path || request.path === `${path}/` || routes.has(request.path),
  };
}

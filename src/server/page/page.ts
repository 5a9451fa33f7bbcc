import { undescribed } from "../../openapi/description.ts";
import type { Answered, HttpRequest, Protocol, Route } from "../../protocols/exchange.ts";
import { fileAnswers } from "./page-answers.ts";
import type { PageFiles } from "./page-files.ts";
import { wantsPage } from "./wants-page.ts";

/** The page, as a part of the server. */
export interface Page {
  /** Its files but the index. They are listed nowhere: who looks for routes does not look for them. */
  readonly protocol: Protocol;
  /** The answer to a browser at `/`; undefined to everybody else. */
  index(request: HttpRequest): Answered | undefined;
  /** Whether a request needs no API key: what the page is made of says nothing of the models, and it asks for a key itself. */
  isOpen(request: HttpRequest): boolean;
}

export function createPage({ index, assets }: PageFiles): Page {
  const routes = new Map<string, Route>();
  for (const asset of assets) {
    const path = `/${asset.path}`;
    const get = fileAnswers(asset, "for good");
    routes.set(path, { path, summary: "A part of the page.", protocol: "page", later: false, get, describe: undescribed });
  }
  const answerIndex = fileAnswers(index, "asked each time");
  return {
    protocol: { routes: [], resolve: (path) => routes.get(path) },
    index: (request) => (wantsPage(request) ? answerIndex(request) : undefined),
    isOpen: (request) => (request.path === "/" ? wantsPage(request) : routes.has(request.path)),
  };
}

import type { Model } from "../models/model.ts";
import type { ServedModels } from "../models/served-models.ts";
import type { BoundRoute, Router } from "./router.ts";

/** The same models, with an eye on which one is picked. */
export function watchedModels(models: ServedModels, picked: (model: Model) => void): ServedModels {
  return {
    get library() {
      return models.library;
    },
    onChange: (listener) => models.onChange(listener),
    versionWith: (name, part) => models.versionWith?.(name, part),
    pick: (name, version) => {
      const model = models.pick(name, version);
      picked(model);
      return model;
    },
  };
}

/** The same routes, with an eye on which one is taken. */
export function watchedRouter(router: Router, found: (route: BoundRoute) => void): Router {
  return {
    routes: router.routes,
    // What it holds is made when it is asked for.
    get described() {
      return router.described;
    },
    lookUp: router.lookUp,
    methodError: router.methodError,
    find: (path) => {
      const route = router.find(path);
      found(route);
      return route;
    },
  };
}

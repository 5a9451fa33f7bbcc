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
    ...router,
    find: (path) => {
      const route = router.find(path);
      found(route);
      return route;
    },
  };
}

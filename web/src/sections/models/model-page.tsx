import { getModel } from "../../api/models.ts";
import { useResource } from "../../api/use-resource.ts";
import { ResourceView } from "../../components/resource.tsx";
import type { ModelPlace } from "../../state/router.ts";

/** One model. */
export function ModelPage({ place }: { readonly place: ModelPlace }) {
  const model = useResource("model", (signal) => getModel(place.model, place.version, { signal }));
  return (
    <>
      <h1>{place.model}</h1>
      <ResourceView resource={model} loading="Reading the model…" problem="The model could not be read.">
        {({ engine, reason }) => (
          <p>
            {engine}: {reason}
          </p>
        )}
      </ResourceView>
    </>
  );
}

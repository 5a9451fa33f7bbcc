import { getModels } from "../../api/models.ts";
import { useResource } from "../../api/use-resource.ts";
import { ResourceView } from "../../components/resource.tsx";
import { formatRoute } from "../../state/router.ts";

/** All models that the server answers with. */
export function ModelsSection() {
  const models = useResource("models", (signal) => getModels({ signal }));
  return (
    <>
      <h1>Models</h1>
      <ResourceView resource={models} loading="Reading the models…" problem="The models could not be read.">
        {(list) => (
          <ul>
            {list.models.map(({ name, version }) => (
              <li key={`${name}/${version}`}>
                <a href={formatRoute({ section: "model", model: name })}>{name}</a> {version}
              </li>
            ))}
          </ul>
        )}
      </ResourceView>
    </>
  );
}

import { getHistory } from "../../api/history.ts";
import { getModel, type ModelDetails } from "../../api/models.ts";
import { getStats } from "../../api/stats.ts";
import { useResource } from "../../api/use-resource.ts";
import { Badge } from "../../components/badge.tsx";
import { ResourceView } from "../../components/resource.tsx";
import { SectionTitle } from "../../components/section-title.tsx";
import { formatRoute, type ModelPlace } from "../../state/router.ts";
import { FeatureTable } from "./feature-table.tsx";
import { HistoryList } from "./history-list.tsx";
import { ModelFacts } from "./model-facts.tsx";
import { VersionTable } from "./version-table.tsx";

const everyMilliseconds = 5000;

/** One model: the version that answers, or the one that the place names. */
export function ModelPage({ place }: { readonly place: ModelPlace }) {
  const { model: name, version } = place;
  const every = { every: everyMilliseconds };
  const model = useResource(`model ${name} ${version}`, (signal) => getModel(name, version, { signal }), every);
  const history = useResource(`history ${name}`, (signal) => getHistory(name, { signal }), every);
  const stats = useResource("stats", (signal) => getStats({ signal }), every);
  const traffic = stats.value?.summary.models.find((other) => other.name === name);
  return (
    <>
      <SectionTitle title={version === undefined ? name : `${name} ${version}`}>
        {model.value !== undefined && <Ways place={place} />}
      </SectionTitle>
      <ResourceView resource={model} loading="Reading the model…" problem="The model could not be read.">
        {(details) => (
          <>
            <Marks model={details} />
            <div class="columns">
              <ModelFacts model={details} />
              <VersionTable model={details} history={history.value} traffic={traffic} tells={stats.value !== undefined} />
            </div>
            <FeatureTable model={details} />
            {history.value !== undefined && <HistoryList history={history.value} />}
          </>
        )}
      </ResourceView>
    </>
  );
}

/** What else the page can do with it. */
function Ways({ place }: { readonly place: ModelPlace }) {
  return (
    <nav class="ways" aria-label={`More about ${place.model}`}>
      <ul>
        <li>
          <a class="button button-quiet" href={formatRoute({ section: "try", ...place })}>
            Try it
          </a>
        </li>
        <li>
          <a class="button button-quiet" href={formatRoute({ section: "what-if", ...place })}>
            What if
          </a>
        </li>
        <li>
          <a class="button button-quiet" href={formatRoute({ section: "live", model: place.model })}>
            Live
          </a>
        </li>
      </ul>
    </nav>
  );
}

function Marks({ model }: { readonly model: ModelDetails }) {
  return (
    <div class="badges">
      {model.default && <Badge tone="accent">default</Badge>}
      <Badge>version {model.version}</Badge>
      <Badge>{model.task.replaceAll("_", " ")}</Badge>
      {model.parity !== undefined && model.parity.passed === model.parity.rows ? (
        <Badge tone="good">parity checked</Badge>
      ) : (
        <Badge tone="warn">parity not checked</Badge>
      )}
      {model.error !== undefined && (
        <p class="problem-box">
          <strong>A newer file of this version is not served.</strong> {model.error.message} {model.error.hint}
        </p>
      )}
    </div>
  );
}

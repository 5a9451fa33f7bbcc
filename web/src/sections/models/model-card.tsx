import { type FailedModel, getModel, type ModelDetails, type ReadyModel } from "../../api/models.ts";
import type { ModelTraffic } from "../../api/stats.ts";
import { useResource } from "../../api/use-resource.ts";
import { Badge } from "../../components/badge.tsx";
import { formatCount, formatMilliseconds, formatRate } from "../../format/numbers.ts";
import { formatRoute } from "../../state/router.ts";
import { classWords, featureWords, parityWords } from "./model-words.ts";

export interface ModelCardProps {
  readonly name: string;
  /** All that are loaded under this name. */
  readonly versions: readonly ReadyModel[];
  /** That the figures are of; undefined where there are none. */
  readonly seconds: number | undefined;
  /** Undefined where nobody asked it. */
  readonly traffic: ModelTraffic | undefined;
}

/** A model at a glance. */
export function ModelCard({ name, versions, seconds, traffic }: ModelCardProps) {
  const primary = versions.find((version) => version.traffic === "primary") ?? versions[0];
  const { value } = useResource(`model ${name} ${primary?.version}`, (signal) => getModel(name, undefined, { signal }));
  if (primary === undefined) return null;
  const others = versions.filter((version) => version !== primary);
  return (
    <li class="panel card">
      <div class="card-head">
        <h2>
          <a class="card-link" href={formatRoute({ section: "model", model: name })}>
            {name}
          </a>
        </h2>
        <span class="badges">
          {primary.default && <Badge tone="accent">default</Badge>}
          <Badge>version {primary.version}</Badge>
          {others.map(({ version, traffic: part }) => (
            <Badge key={version} tone={part === undefined ? "plain" : "warn"}>
              {part ?? "version"} {version}
            </Badge>
          ))}
          {primary.error !== undefined && <Badge tone="bad">newer file refused</Badge>}
        </span>
      </div>
      <p class="note">
        {value?.framework === undefined ? primary.task : `${value.framework.estimator}, ${value.framework.name} ${value.framework.version}`}
      </p>
      {value !== undefined && <CardFacts model={value} />}
      <dl class="figures" aria-label={`${name} in the last 15 minutes`}>
        <div>
          <dt>Requests</dt>
          <dd>{seconds === undefined ? "–" : formatCount(traffic?.requests ?? 0)}</dd>
        </div>
        <div>
          <dt>Per second</dt>
          <dd>{seconds === undefined ? "–" : formatRate(seconds > 0 ? (traffic?.requests ?? 0) / seconds : 0)}</dd>
        </div>
        <div>
          <dt>p50</dt>
          <dd>{formatMilliseconds(traffic?.latencyMilliseconds.p50 ?? null)}</dd>
        </div>
        <div>
          <dt>p99</dt>
          <dd>{formatMilliseconds(traffic?.latencyMilliseconds.p99 ?? null)}</dd>
        </div>
      </dl>
    </li>
  );
}

function CardFacts({ model }: { readonly model: ModelDetails }) {
  return (
    <dl class="facts">
      <dt>Answers</dt>
      <dd>
        {featureWords(model)} → {classWords(model)}
      </dd>
      <dt>Engine</dt>
      <dd>
        {model.engine}: {model.reason}
      </dd>
      <dt>Parity</dt>
      <dd>{parityWords(model)}</dd>
    </dl>
  );
}

/** A file that was found and does not answer. */
export function FailedCard({ model }: { readonly model: FailedModel }) {
  return (
    <li class="panel card card-failed">
      <div class="card-head">
        <h2>{model.name}</h2>
        <span class="badges">
          <Badge tone="bad">not served</Badge>
          {model.version !== undefined && <Badge>version {model.version}</Badge>}
        </span>
      </div>
      <p>{model.error.message}</p>
      {model.error.hint !== undefined && <p class="note">{model.error.hint}</p>}
      <p class="note">
        <code>{model.error.code}</code>
      </p>
    </li>
  );
}

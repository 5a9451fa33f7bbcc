import { useState } from "preact/hooks";
import { getModels, type ListedModel } from "../../api/models.ts";
import type { StatsSummary } from "../../api/stats.ts";
import { getStats } from "../../api/stats.ts";
import { useResource } from "../../api/use-resource.ts";
import { ResourceView } from "../../components/resource.tsx";
import { SectionTitle } from "../../components/section-title.tsx";
import { FailedCard, ModelCard } from "./model-card.tsx";

/** The list and the figures are asked for again so often: models come and go. */
const everyMilliseconds = 5000;
/** Cards that are shown before somebody asks for the others: each asks the server for its model. */
const mostCards = 48;
/** Fewer are found by looking. */
const searchedFrom = 9;

/** All models that the server answers with. */
export function ModelsSection() {
  const models = useResource("models", (signal) => getModels({ signal }), { every: everyMilliseconds });
  // A server that keeps its figures to itself has models all the same.
  const stats = useResource("stats", (signal) => getStats({ signal }), { every: everyMilliseconds });
  return (
    <ResourceView resource={models} loading="Reading the models…" problem="The models could not be read.">
      {({ models: list }) => <ModelCards models={list} summary={stats.value?.summary} />}
    </ResourceView>
  );
}

interface ModelCardsProps {
  readonly models: readonly ListedModel[];
  readonly summary: StatsSummary | undefined;
}

function ModelCards({ models, summary }: ModelCardsProps) {
  const [text, setText] = useState("");
  const [all, setAll] = useState(false);
  const names = namesOf(models);
  const wanted = names.filter((name) => name.toLowerCase().includes(text.trim().toLowerCase()));
  const shown = all ? wanted : wanted.slice(0, mostCards);
  const failed = models.flatMap((model) => (model.state === "failed" && model.name.includes(text.trim()) ? [model] : []));
  return (
    <>
      <SectionTitle title="Models">
        {names.length >= searchedFrom && (
          <label class="picker">
            <span>Find</span>
            <input type="search" value={text} onInput={({ currentTarget }) => setText(currentTarget.value)} />
          </label>
        )}
      </SectionTitle>
      {names.length === 0 && failed.length === 0 && <NoModels />}
      {names.length > 0 && wanted.length === 0 && <p class="note">No model is called like that.</p>}
      <ul class="cards">
        {failed.map((model) => (
          <FailedCard key={`${model.name}/${model.version}`} model={model} />
        ))}
        {shown.map((name) => (
          <ModelCard
            key={name}
            name={name}
            versions={models.flatMap((model) => (model.state === "ready" && model.name === name ? [model] : []))}
            seconds={summary?.seconds}
            traffic={summary?.models.find((model) => model.name === name)}
          />
        ))}
      </ul>
      {shown.length < wanted.length && (
        <button type="button" class="button button-quiet" onClick={() => setAll(true)}>
          Show all {wanted.length}
        </button>
      )}
    </>
  );
}

/** The default model first. */
function namesOf(models: readonly ListedModel[]): string[] {
  const ready = models.filter(({ state }) => state === "ready");
  const preferred = models.find((model) => model.state === "ready" && model.default)?.name;
  return [...new Set([...(preferred === undefined ? [] : [preferred]), ...ready.map(({ name }) => name).sort()])];
}

function NoModels() {
  return (
    <p class="panel">
      No model is loaded. Put model files into the folder that the server was started with, and they appear here; or start it with{" "}
      <code>setosa serve model.onnx</code>.
    </p>
  );
}

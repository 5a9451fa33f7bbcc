import type { ComponentChildren } from "preact";
import type { ModelDetails } from "../../api/models.ts";
import { formatBytes, formatMilliseconds } from "../../format/numbers.ts";
import { formatDate } from "../../format/times.ts";
import { classWords, featureWords, parityWords } from "./model-words.ts";

/** What is known of a version. */
export function ModelFacts({ model }: { readonly model: ModelDetails }) {
  const { framework, trainedAt, batching } = model;
  const facts: readonly (readonly [string, ComponentChildren])[] = [
    ["Answers", `${featureWords(model)} → ${classWords(model)}`],
    ["Engine", `${model.engine}: ${model.reason}`],
    ...(batching === undefined ? [] : [["Batching", batching] as const]),
    ["Parity", parityWords(model)],
    ...(framework === undefined ? [] : [["Trained with", `${framework.estimator}, ${framework.name} ${framework.version}`] as const]),
    ...(trainedAt === undefined ? [] : [["Trained on", formatDate(trainedAt)] as const]),
    ["File", formatBytes(model.bytes)],
    ["Loaded in", formatMilliseconds(model.loadMilliseconds)],
    ["Operators", model.operators.map((name) => name.replace("ai.onnx.ml.", "")).join(", ")],
  ];
  return (
    <section class="panel" aria-labelledby="facts">
      <h2 id="facts">About it</h2>
      <dl class="facts">
        {facts.map(([term, fact]) => (
          <div key={term} class="fact">
            <dt>{term}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

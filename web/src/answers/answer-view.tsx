import type { ModelDescription } from "../../../src/models/describe.ts";
import { type AnswerGroup, answerGroups, type Bar, formatNumber, type Prediction, type ScoreName } from "./prediction.ts";
import "./answers.css";

/** Numbers of a group that are shown: a model of a thousand classes has most of them at nothing. */
const mostBars = 40;

const names: Readonly<Record<ScoreName, string>> = { probabilities: "Probabilities", scores: "Decision values", distances: "Distances" };

export interface AnswerViewProps {
  readonly task: ModelDescription["task"];
  readonly answer: Prediction;
}

/** What a model says of a row. */
export function AnswerView({ task, answer }: AnswerViewProps) {
  return (
    <div class="answer">
      {answerGroups(task, answer).map((group) => (
        <GroupView key={group.name} group={group} />
      ))}
    </div>
  );
}

function GroupView({ group: { name, prediction, scores, bars } }: { readonly group: AnswerGroup }) {
  return (
    <div class="answer-group">
      {prediction !== undefined && (
        <p class="answer-prediction">
          {name !== undefined && <span class="answer-name">{name}</span>}
          <output>{prediction}</output>
        </p>
      )}
      {bars.length > 0 && (
        <ul class="answer-bars" aria-label={scores === undefined ? "Values" : names[scores]}>
          {shownBars(bars).map((bar) => (
            <BarView key={bar.label} bar={bar} scores={scores} />
          ))}
        </ul>
      )}
      {bars.length > mostBars && <p class="note">{`The largest ${mostBars} of ${bars.length}.`}</p>}
    </div>
  );
}

function BarView({ bar, scores }: { readonly bar: Bar; readonly scores: ScoreName | undefined }) {
  return (
    <li class={bar.predicted ? "bar bar-predicted" : "bar"}>
      <span class="bar-label">{bar.label}</span>
      <span class="bar-track" aria-hidden="true">
        <span class="bar-fill" style={{ width: `${(bar.share * 100).toFixed(2)}%` }} />
      </span>
      <span class="bar-value" title={String(bar.value)}>
        {formatNumber(bar.value, scores)}
      </span>
    </li>
  );
}

/** In their own order as long as all of them are shown. */
function shownBars(bars: readonly Bar[]): readonly Bar[] {
  return bars.length <= mostBars ? bars : [...bars].sort((one, other) => other.share - one.share).slice(0, mostBars);
}

import { useCallback, useId, useState } from "preact/hooks";
import { formatNumber } from "../../answers/prediction.ts";
import { useLatest } from "../../answers/use-latest.ts";
import { postJson } from "../../api/http.ts";
import { type ModelDetails, modelPath } from "../../api/models.ts";
import { Loading } from "../../components/loading.tsx";
import type { RowObject } from "../../form/fields.ts";
import { type Contribution, type Explanation, firstLabel, labelContributions } from "./contributions.ts";

const outputs: Readonly<Record<Explanation["output"], string>> = {
  probability: "the probability",
  margin: "the margin, of which the probability or the value is made",
  value: "the value",
};

export interface ExplanationViewProps {
  readonly model: ModelDetails;
  readonly version: string | undefined;
  readonly row: RowObject | undefined;
}

/** Which features moved the prediction of this row, and how far: exact Shapley values, where the model can be explained. */
export function ExplanationView({ model: { name }, version, row }: ExplanationViewProps) {
  const id = useId();
  const ask = useCallback(
    (asked: RowObject, signal: AbortSignal) => postJson<Explanation>(`${modelPath(name, version)}/explain`, asked, { signal }),
    [name, version],
  );
  const { answer, error } = useLatest(row, ask);
  return (
    <section class="panel explanation" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>What moved this prediction</h2>
      {row === undefined ? (
        <p class="note">As soon as every feature has a value.</p>
      ) : error !== undefined ? (
        error.status !== 401 && (
          <p role="status">
            {`${error.message} ${error.hint ?? ""} `}
            <code class="note">{error.code}</code>
          </p>
        )
      ) : answer === undefined ? (
        <Loading what="Explaining…" />
      ) : (
        <Contributions explanation={answer} />
      )}
    </section>
  );
}

function Contributions({ explanation }: { readonly explanation: Explanation }) {
  const id = useId();
  const [chosen, setChosen] = useState<string>();
  const labels = Object.keys(explanation.base_values);
  const label = chosen !== undefined && labels.includes(chosen) ? chosen : firstLabel(explanation);
  const { base, total, shown, others } = labelContributions(explanation, label);
  const scores = explanation.output === "probability" ? ("probabilities" as const) : undefined;
  return (
    <>
      {labels.length > 1 && (
        <div class="sweep-choices">
          <label for={id}>Class</label>
          <select id={id} value={label} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
            {labels.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </div>
      )}
      <p class="note">
        {`From what the training rows have on average (${formatNumber(base, scores)}) to what this row has (${formatNumber(total, scores)}): exact Shapley values of ${outputs[explanation.output]} (${explanation.method}).`}
      </p>
      <ul class="contributions" aria-label={`Contributions to ${label}`}>
        {shown.map((contribution) => (
          <ContributionBar key={contribution.feature} contribution={contribution} percent={scores !== undefined} />
        ))}
      </ul>
      {others.count > 0 && (
        <p class="note">{`${others.count} more ${others.count === 1 ? "feature" : "features"}: ${signed(others.value, scores !== undefined)} together.`}</p>
      )}
    </>
  );
}

function ContributionBar({
  contribution: { feature, value, share },
  percent,
}: {
  readonly contribution: Contribution;
  readonly percent: boolean;
}) {
  const width = Math.abs(share) * 50;
  return (
    <li class="contribution">
      <span class="bar-label">{feature}</span>
      <span class="contribution-track" aria-hidden="true">
        <span
          class={share < 0 ? "contribution-bar contribution-less" : "contribution-bar contribution-more"}
          style={{ left: `${(share < 0 ? 50 - width : 50).toFixed(2)}%`, width: `${width.toFixed(2)}%` }}
        />
      </span>
      <span class="bar-value">{signed(value, percent)}</span>
    </li>
  );
}

/** With its sign, which says as much as the number. */
function signed(value: number, percent: boolean): string {
  const size = Math.abs(value);
  const text = percent ? `${(size * 100).toFixed(1)} %` : formatNumber(Number(size.toPrecision(4)), undefined);
  return `${value < 0 ? "−" : "+"}${text}`;
}

import { Problem } from "../../../components/problem.tsx";
import { Scrollable } from "../../../components/scrollable.tsx";
import type { Scored } from "./score.ts";
import type { Scoring } from "./use-scoring.ts";

const counted = new Intl.NumberFormat("en");

/** How far it is, what became of it, and the file to take away. */
export function ScoringView({ scoring, cancel }: { readonly scoring: Scoring; readonly cancel: () => void }) {
  return (
    <div class="csv-progress">
      {scoring.state === "running" && (
        <>
          <progress max={Math.max(scoring.size, 1)} value={scoring.progress.bytes} aria-label={`Scoring ${scoring.name}`} />
          <div class="csv-actions">
            <button type="button" class="button button-quiet" onClick={cancel}>
              Cancel
            </button>
            <span class="csv-count">{`${counted.format(scoring.progress.rows)} rows of ${scoring.name} predicted`}</span>
          </div>
        </>
      )}
      {/* Only the beginning and the end are said: the numbers in between would never stop. */}
      <p class="note" role="status">
        {statusOf(scoring)}
      </p>
      {scoring.state === "failed" && <Problem error={scoring.error} title={`${scoring.name} was not scored.`} />}
      {scoring.state === "done" && (
        <>
          <div class="csv-actions">
            <a class="button" href={scoring.address} download={answerName(scoring.name)}>
              Download {answerName(scoring.name)}
            </a>
          </div>
          <Head scored={scoring.scored} />
        </>
      )}
    </div>
  );
}

function statusOf(scoring: Scoring): string {
  switch (scoring.state) {
    case "running":
      return `Scoring ${scoring.name}.`;
    case "cancelled":
      return `Cancelled after ${counted.format(scoring.rows)} rows.`;
    case "done": {
      const { scored, seconds } = scoring;
      const kept = scored.kept.length === 0 ? "" : ` Not sent, since the model has no such features: ${scored.kept.join(", ")}.`;
      return `${counted.format(scored.rows)} ${scored.rows === 1 ? "row" : "rows"} predicted in ${seconds.toFixed(1)} s.${kept}`;
    }
    default:
      return "";
  }
}

function answerName(name: string): string {
  return `${name.replace(/\.[^.]*$/, "")}-predictions.csv`;
}

function Head({ scored: { head, rows } }: { readonly scored: Scored }) {
  const [names = [], ...lines] = head;
  const first = names.lastIndexOf("prediction");
  const own = first < 0 ? names.findIndex((name) => name.startsWith("prediction.")) : first;
  return (
    <Scrollable class="rows-scroll" label="The first rows">
      <table class="rows">
        <caption class="visually-hidden">The first rows, with the model's answers behind the file's columns</caption>
        <thead>
          <tr>
            {names.map((name, column) => (
              <th key={column} scope="col" class={column >= own ? "answered" : ""}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line, row) => (
            <tr key={row}>
              {line.map((value, column) => (
                <td key={column} class={column >= own ? "answered" : ""}>
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows > lines.length && <p class="note">{`And ${counted.format(rows - lines.length)} more.`}</p>}
    </Scrollable>
  );
}

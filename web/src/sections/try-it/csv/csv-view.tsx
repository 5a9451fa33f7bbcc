import { useId, useState } from "preact/hooks";
import type { ModelDetails } from "../../../api/models.ts";
import { ScoringView } from "./scoring-view.tsx";
import { useScoring } from "./use-scoring.ts";

export interface CsvViewProps {
  readonly model: ModelDetails;
  readonly version: string | undefined;
}

/** Rows from a file or from the clipboard, and their predictions as a file. */
export function CsvView({ model, version }: CsvViewProps) {
  const { scoring, start, cancel } = useScoring(model, version);
  const [text, setText] = useState("");
  const [over, setOver] = useState(false);
  const id = useId();
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file !== undefined) start(file, file.name);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer?.files);
  };
  return (
    <section class="panel csv" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Score a CSV</h2>
      <p class="note">
        The first line names the columns, in any order; columns that the model does not have stay in the file. Files of any size: they are
        read and sent piece by piece.
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: whoever cannot drop a file has the button in it. */}
      <div
        class={over ? "drop drop-over" : "drop"}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <label for={`${id}-file`}>Drop a file here, or choose one</label>
        <input
          id={`${id}-file`}
          type="file"
          accept=".csv,text/csv,text/plain"
          onChange={({ currentTarget }) => {
            take(currentTarget.files);
            // The same file may be chosen again, once it is corrected.
            currentTarget.value = "";
          }}
        />
        <label for={`${id}-text`}>Or paste rows</label>
        <textarea
          id={`${id}-text`}
          rows={4}
          spellcheck={false}
          placeholder={exampleCsv(model)}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <div class="csv-actions">
          <button type="button" class="button" disabled={text.trim() === ""} onClick={() => start(new Blob([text]), "pasted.csv")}>
            Score these rows
          </button>
          <button type="button" class="button button-quiet" onClick={() => setText(exampleCsv(model))}>
            Fill in an example
          </button>
        </div>
      </div>
      <ScoringView scoring={scoring} cancel={cancel} />
    </section>
  );
}

/** Columns, and the example row, as a file has them. */
function exampleCsv({ features, example }: ModelDetails): string {
  const field = (value: unknown) => {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const names = features.map(({ name }) => field(name)).join(",");
  return example === undefined ? `${names}\n` : `${names}\n${features.map(({ name }) => field(example[name])).join(",")}\n`;
}

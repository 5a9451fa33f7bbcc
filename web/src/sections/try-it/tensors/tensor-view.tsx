import { useId, useMemo, useState } from "preact/hooks";
import { type ApiError, toApiError } from "../../../api/api-error.ts";
import { apiKey } from "../../../api/api-key.ts";
import { postJson } from "../../../api/http.ts";
import { type ModelDetails, modelPath } from "../../../api/models.ts";
import { Problem } from "../../../components/problem.tsx";
import { Scrollable } from "../../../components/scrollable.tsx";
import { useStore } from "../../../state/store.ts";
import { serverOrigin } from "../origin.ts";
import type { Call } from "../snippets/snippets.ts";
import { SnippetsView } from "../snippets/snippets-view.tsx";
import { elements, exampleInputs, isReadable } from "./example-inputs.ts";

/** Characters of an answer that are shown. */
const mostShown = 20_000;

/** A model of tensors has no features to make a form of: its inputs are typed as JSON. */
export function TensorView({ model, version }: { readonly model: ModelDetails; readonly version: string | undefined }) {
  const example = useMemo(() => JSON.stringify({ inputs: exampleInputs(model.inputs) }), [model]);
  const readable = isReadable(model.inputs);
  const [text, setText] = useState(readable ? example : "");
  const [state, setState] = useState<{ readonly answer?: unknown; readonly error?: ApiError; readonly busy?: boolean }>({});
  const key = useStore(apiKey);
  const id = useId();
  const parsed = useMemo(() => parse(text), [text]);
  const call: Call | undefined =
    readable && parsed.value !== undefined
      ? { origin: serverOrigin(), model: model.name, version, row: parsed.value, keyed: key !== undefined }
      : undefined;
  const send = (body: unknown) => {
    setState({ busy: true });
    postJson(`${modelPath(model.name, version)}/predict`, body).then(
      (answer) => setState({ answer }),
      (thrown: unknown) => setState({ error: toApiError(thrown) }),
    );
  };
  return (
    <>
      <section class="panel tensors" aria-labelledby={`${id}-title`}>
        <h2 id={`${id}-title`}>Tensors in, tensors out</h2>
        <p class="note">
          {`${model.name} takes tensors, and its file does not say what their numbers mean: there are no features to make a form of. Its inputs are `}
          {model.inputs.map(({ name, dtype, shape }, index) => (
            <span key={name}>
              {index > 0 && ", "}
              <code>{`${name}: ${dtype}[${shape.map((size) => size ?? "any").join(", ")}]`}</code>
            </span>
          ))}
          .
        </p>
        <label for={id}>The request, as JSON</label>
        <textarea
          id={id}
          rows={8}
          spellcheck={false}
          value={text}
          placeholder={`{"inputs": {"${model.inputs[0]?.name ?? "X"}": …}}`}
          aria-invalid={text !== "" && parsed.problem !== undefined}
          aria-describedby={`${id}-note`}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <p id={`${id}-note`} class={text !== "" && parsed.problem !== undefined ? "problem" : "note"}>
          {text !== "" && parsed.problem !== undefined
            ? parsed.problem
            : readable
              ? "Begins with zeros, and 1 for every size that is open."
              : `${elements(model.inputs)} numbers are too many to show; zeros can be sent without.`}
        </p>
        <div class="csv-actions">
          <button
            type="button"
            class="button"
            disabled={parsed.value === undefined || state.busy === true}
            onClick={() => send(parsed.value)}
          >
            Predict
          </button>
          <button
            type="button"
            class="button button-quiet"
            disabled={state.busy === true}
            onClick={() => (readable ? setText(example) : send(JSON.parse(example)))}
          >
            {readable ? "Example" : "Send zeros"}
          </button>
        </div>
        <div role="status">
          {state.answer !== undefined && (
            <Scrollable class="code" label="The answer">
              <pre>{shortened(state.answer)}</pre>
            </Scrollable>
          )}
        </div>
        {state.error !== undefined && <Problem error={state.error} title="There is no answer." />}
      </section>
      {call !== undefined && <SnippetsView call={call} />}
    </>
  );
}

function parse(text: string): { readonly value?: Readonly<Record<string, unknown>>; readonly problem?: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return { value: value as Readonly<Record<string, unknown>> };
    return { problem: "This is no object." };
  } catch (thrown) {
    return { problem: `This is no JSON: ${thrown instanceof Error ? thrown.message : thrown}` };
  }
}

function shortened(answer: unknown): string {
  const text = JSON.stringify(answer, null, 1);
  return text.length > mostShown ? `${text.slice(0, mostShown)}\n… ${text.length - mostShown} more characters` : text;
}

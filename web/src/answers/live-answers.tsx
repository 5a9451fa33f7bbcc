import { useCallback, useMemo } from "preact/hooks";
import { ApiError, toApiError } from "../api/api-error.ts";
import { postJson } from "../api/http.ts";
import { type ModelDetails, modelPath } from "../api/models.ts";
import { Loading } from "../components/loading.tsx";
import type { RowObject } from "../form/fields.ts";
import { AnswerView } from "./answer-view.tsx";
import { BrowserSwitch } from "./browser-switch.tsx";
import type { Kernel } from "./kernel.ts";
import { type Prediction, sameAnswer } from "./prediction.ts";
import type { BrowserKernel } from "./use-kernel.ts";
import { type Answered, useLatest } from "./use-latest.ts";

/** The server's answer to a row, as the row changes. */
export function useServerAnswer(
  { name }: ModelDetails,
  version: string | undefined,
  row: RowObject | undefined,
): Answered<RowObject, Prediction> {
  const ask = useCallback(
    (asked: RowObject, signal: AbortSignal) => postJson<Prediction>(`${modelPath(name, version)}/predict`, asked, { signal }),
    [name, version],
  );
  return useLatest(row, ask);
}

export interface LiveAnswersProps {
  readonly model: ModelDetails;
  readonly row: RowObject | undefined;
  readonly server: Answered<RowObject, Prediction>;
  readonly browser: BrowserKernel;
}

/** What the server says of a row and, where the kernel is in the page, what that says, and whether they are the same. */
export function LiveAnswers({ model, row, server, browser }: LiveAnswersProps) {
  const { kernel } = browser;
  const here = useMemo(() => (kernel === undefined || row === undefined ? undefined : predictHere(kernel, row)), [kernel, row]);
  return (
    <>
      <div class="sides">
        <section class="side" aria-label="The server's answer">
          {kernel !== undefined && <h2 class="side-title">The server</h2>}
          <ServerSide model={model} server={server} row={row} />
        </section>
        {here !== undefined && (
          <section class="side" aria-label="This browser's answer">
            <h2 class="side-title">This browser</h2>
            {here instanceof ApiError ? <p class="problem">{here.message}</p> : <AnswerView task={model.task} answer={here} />}
          </section>
        )}
      </div>
      {kernel !== undefined && <Comparison kernel={kernel} server={server} />}
      <BrowserSwitch browser={browser} />
    </>
  );
}

function ServerSide({ model, server: { answer, error }, row }: Pick<LiveAnswersProps, "model" | "server" | "row">) {
  if (row === undefined) return <p class="note">As soon as every feature has a value, the model answers.</p>;
  // An answer to another row would be a wrong one beside this error.
  if (error !== undefined && error.status !== 401)
    return (
      <div role="alert">
        <p class="problem">{error.message}</p>
        <p class="note">
          <code>{error.code}</code> {error.hint}
        </p>
      </div>
    );
  return answer === undefined ? <Loading what="Predicting…" /> : <AnswerView task={model.task} answer={answer} />;
}

/** Of the row that the server answered last: while somebody slides, the browser is ahead of it. */
function Comparison({
  kernel,
  server: { question, answer, error },
}: {
  readonly kernel: Kernel;
  readonly server: LiveAnswersProps["server"];
}) {
  const here = useMemo(() => (question === undefined ? undefined : predictHere(kernel, question)), [kernel, question]);
  if (error !== undefined || answer === undefined || here === undefined || here instanceof ApiError)
    return <p class="same note">There is no answer of the server's to compare with.</p>;
  return sameAnswer(answer, here) ? (
    <p class="same same-yes">
      <span aria-hidden="true">=</span> The same answer, to the last bit
    </p>
  ) : (
    <p class="same same-no">
      <span aria-hidden="true">≠</span> Another answer than the server's
    </p>
  );
}

/** @returns why there is no prediction, where the row does not fit */
function predictHere(kernel: Kernel, row: RowObject): Prediction | ApiError {
  try {
    // Some of what a kernel answers with is its own memory, which the next prediction overwrites.
    return JSON.parse(JSON.stringify(kernel.predict(row))) as Prediction;
  } catch (thrown) {
    return toApiError(thrown);
  }
}

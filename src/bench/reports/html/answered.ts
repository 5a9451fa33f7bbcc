import type { BenchResult, TargetResult } from "../../result.ts";
import { duration } from "../numbers.ts";
import { type Markup, markup } from "../svg/markup.ts";
import { preflightFacts, refusalText } from "../words.ts";

/** The whole of what each target answered before the load, for those who doubt that it is the server they meant. */
export function answers({ targets }: BenchResult): Markup[] {
  return targets.map(
    (target, position) =>
      markup`<details class="target"><summary>${String(position + 1)} ${target.name}: the whole first answer</summary>${details(target)}</details>`,
  );
}

function details({ url, started, preflight, refusal }: TargetResult): Markup {
  const facts = [
    { term: "URL", value: url },
    ...(refusal === undefined ? [] : [{ term: "refused", value: refusalText(refusal) }]),
    ...(started === undefined
      ? []
      : [
          { term: "started by", value: started.command },
          { term: "time to start", value: duration(started.milliseconds / 1000) },
        ]),
    ...(preflight === undefined ? [] : preflightFacts(preflight)),
  ];
  const answer =
    preflight === undefined
      ? markup`<p>It gave no answer.</p>`
      : markup`<h4>Headers</h4><pre>${preflight.headers.map(([name, value]) => `${name}: ${value}\n`)}</pre><h4>First bytes of the body</h4><pre>${preflight.body}</pre>`;
  return markup`${definitions(facts)}${answer}`;
}

export function definitions(facts: readonly { readonly term: string; readonly value: string }[]): Markup {
  return markup`<dl>${facts.map(({ term, value }) => markup`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`;
}

import type { Step } from "./plan.ts";

/** For Markdown that draws Mermaid, as GitHub's does. */
export function drawMermaid(steps: readonly Step[]): string {
  const shape = { input: ["([", "])"], node: ["[", "]"], output: ["([", "])"] } as const;
  return [
    "flowchart TD",
    ...steps.map(
      ({ id, kind, text }) => `  ${id}${shape[kind][0]}"${text.replaceAll('"', "#quot;").replaceAll("  ", "<br>")}"${shape[kind][1]}`,
    ),
    ...edges(steps).map(([from, to]) => `  ${from} --> ${to}`),
    "",
  ].join("\n");
}

/** For Graphviz. */
export function drawDot(steps: readonly Step[]): string {
  const quote = (text: string) => JSON.stringify(text.replaceAll("  ", "\n"));
  return [
    "digraph model {",
    '  node [shape=box, style=rounded, fontname="sans-serif"];',
    ...steps.map(({ id, kind, text }) => `  ${id} [label=${quote(text)}${kind === "node" ? "" : ", shape=ellipse"}];`),
    ...edges(steps).map(([from, to]) => `  ${from} -> ${to};`),
    "}",
    "",
  ].join("\n");
}

function edges(steps: readonly Step[]): (readonly [string, string])[] {
  const makers = new Map(steps.flatMap(({ id, kind, outputs }) => (kind === "output" ? [] : outputs.map((name) => [name, id] as const))));
  return steps.flatMap(({ id, inputs }) =>
    inputs.flatMap((name) => {
      const maker = makers.get(name);
      return maker === undefined ? [] : [[maker, id] as const];
    }),
  );
}

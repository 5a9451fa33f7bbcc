import { useState } from "preact/hooks";
import type { ModelDetails } from "../../api/models.ts";
import { TableScroll } from "../../components/table-scroll.tsx";
import { formatValue } from "../../format/numbers.ts";

type Feature = ModelDetails["features"][number];

/** Rows that are shown before somebody asks for the others. */
const mostRows = 24;
const mostCategories = 12;

/** What a row is made of: each feature with what the training rows had there. */
export function FeatureTable({ model }: { readonly model: ModelDetails }) {
  const [all, setAll] = useState(false);
  const { features, example } = model;
  if (features.length === 0) return <TensorTable model={model} />;
  const shown = all ? features : features.slice(0, mostRows);
  return (
    <section class="panel" aria-labelledby="features">
      <h2 id="features">Features</h2>
      <TableScroll label="Features">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Feature</th>
              <th scope="col">Type</th>
              <th scope="col">In training</th>
              <th scope="col">Missing</th>
              <th scope="col">Example</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((feature) => (
              <tr key={feature.name}>
                <th scope="row">{feature.name}</th>
                <td>
                  <code>{feature.dtype}</code>
                </td>
                <td class="wide">{rangeWords(feature)}</td>
                <td>{feature.missing ? "allowed" : "not allowed"}</td>
                <td>
                  <code>{JSON.stringify(example?.[feature.name] ?? null)}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      {shown.length < features.length && (
        <p>
          <button type="button" class="button button-quiet" onClick={() => setAll(true)}>
            Show all {features.length} features
          </button>
        </p>
      )}
    </section>
  );
}

function rangeWords({ min, max, categories, unknown }: Feature): string {
  if (categories !== undefined) {
    const named = categories.slice(0, mostCategories).map(String).join(", ");
    const more = categories.length > mostCategories ? ` and ${categories.length - mostCategories} more` : "";
    return `${named}${more}${unknown === "ignore" ? "; others are taken as unknown" : unknown === "error" ? "; others are refused" : ""}`;
  }
  if (min !== undefined && max !== undefined) return `${formatValue(min)} to ${formatValue(max)}`;
  return "not told";
}

/** Of a model that takes tensors. */
function TensorTable({ model }: { readonly model: ModelDetails }) {
  const rows = [...model.inputs.map((tensor) => ["in", tensor] as const), ...model.outputs.map((tensor) => ["out", tensor] as const)];
  return (
    <section class="panel" aria-labelledby="tensors">
      <h2 id="tensors">Tensors</h2>
      <TableScroll label="Tensors">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Way</th>
              <th scope="col">Type</th>
              <th scope="col">Shape</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([way, { name, dtype, shape }]) => (
              <tr key={`${way} ${name}`}>
                <th scope="row">{name}</th>
                <td>{way}</td>
                <td>
                  <code>{dtype}</code>
                </td>
                <td>
                  <code>[{shape.map((size) => size ?? "rows").join(", ")}]</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}

/** What a panel shows, without what Grafana needs beside it. */
export interface PanelSpec {
  readonly title: string;
  /** For people who see it for the first time. */
  readonly description: string;
  readonly kind: "timeseries" | "stat" | "table";
  /** Of 24. */
  readonly width: number;
  readonly unit: string;
  readonly queries: readonly Query[];
  readonly stacked?: boolean;
  /** From this value on it is red; for a stat. */
  readonly red?: number;
}

export interface Query {
  readonly expr: string;
  /** Labels in braces: `{{model}}`. */
  readonly legend: string;
}

export interface Section {
  readonly title: string;
  readonly panels: readonly PanelSpec[];
}

const datasource = { type: "prometheus", uid: "$datasource" };
const columns = 24;
const heights = { timeseries: 8, stat: 4, table: 8 } as const;

/** Rows of panels, laid out from left to right. */
export function layOut(sections: readonly Section[]): object[] {
  const panels: object[] = [];
  let y = 0;
  for (const { title, panels: specs } of sections) {
    panels.push({ id: panels.length + 1, type: "row", title, collapsed: false, panels: [], gridPos: { x: 0, y, w: columns, h: 1 } });
    y++;
    let x = 0;
    let height = 0;
    for (const spec of specs) {
      if (x + spec.width > columns) {
        x = 0;
        y += height;
        height = 0;
      }
      const h = heights[spec.kind];
      panels.push(panel(spec, panels.length + 1, { x, y, w: spec.width, h }));
      x += spec.width;
      height = Math.max(height, h);
    }
    y += height;
  }
  return panels;
}

function panel(spec: PanelSpec, id: number, gridPos: object): object {
  const { title, description, kind, unit, queries, red } = spec;
  const isTable = kind === "table";
  return {
    id,
    type: kind,
    title,
    description,
    datasource,
    gridPos,
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr,
      legendFormat: legend,
      ...(isTable ? { format: "table", instant: true } : {}),
    })),
    fieldConfig: {
      defaults: {
        unit,
        ...(kind === "timeseries" ? { min: 0, custom: { fillOpacity: spec.stacked ? 60 : 10, stacking: stacking(spec.stacked) } } : {}),
        ...(red === undefined ? {} : { thresholds: thresholds(red) }),
      },
      overrides: [],
    },
    options: options(kind),
    ...(isTable
      ? { transformations: [{ id: "organize", options: { excludeByName: { Time: true, Value: true, __name__: true, job: true } } }] }
      : {}),
  };
}

function stacking(stacked = false): object {
  return { mode: stacked ? "normal" : "none", group: "A" };
}

function thresholds(red: number): object {
  return {
    mode: "absolute",
    steps: [
      { color: "green", value: null },
      { color: "red", value: red },
    ],
  };
}

function options(kind: PanelSpec["kind"]): object {
  switch (kind) {
    case "timeseries":
      return { legend: { displayMode: "table", placement: "bottom", calcs: ["mean", "max"] }, tooltip: { mode: "multi", sort: "desc" } };
    case "stat":
      return { colorMode: "value", graphMode: "area", reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false } };
    case "table":
      return { showHeader: true };
  }
}

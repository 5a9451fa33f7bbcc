import { readFileSync } from "node:fs";
import { root } from "../e2e/process.ts";

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
  readonly annotations: { readonly list: readonly { readonly expr?: string }[] };
}

export interface Expression {
  readonly title: string;
  readonly expr: string;
}

/** Every PromQL expression of the dashboard, with values in place of Grafana's variables. */
export function dashboardExpressions(): Expression[] {
  const { panels, annotations } = JSON.parse(readFileSync(`${root}deploy/grafana/setosa.json`, "utf8")) as Dashboard;
  const all = [
    ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr }))),
    ...annotations.list.flatMap(({ expr }) => (expr === undefined ? [] : [{ title: "annotation", expr }])),
  ];
  return all.map(({ title, expr }) => ({
    title,
    expr: expr
      .replaceAll("$__rate_interval", "15s")
      .replaceAll("$job", "setosa")
      .replaceAll(/\$(instance|model)\b/g, ".*"),
  }));
}

/** The text of the alert rules: its expressions, as far as names are looked for. */
export function alertRules(): string {
  return readFileSync(`${root}deploy/prometheus/alerts.yml`, "utf8");
}

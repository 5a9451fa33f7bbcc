import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { layOut } from "./grafana/panels.ts";
import { sections } from "./grafana/sections.ts";

/** Writes deploy/grafana/setosa.json; with --check only says whether it is up to date. */

const target = new URL("../deploy/grafana/setosa.json", import.meta.url);

function variable(name: string, label: string, query: string, multi: boolean): object {
  return {
    name,
    label,
    type: "query",
    datasource: { type: "prometheus", uid: "$datasource" },
    query: { query, refId: name },
    definition: query,
    refresh: 2,
    sort: 1,
    multi,
    includeAll: multi,
    ...(multi ? { allValue: ".*", current: { text: "All", value: "$__all" } } : {}),
  };
}

const dashboard = {
  uid: "setosa",
  title: "Setosa",
  description: "Models served by `setosa serve`: traffic, latency, load, processes, versions. Made by `npm run docs:grafana`.",
  tags: ["setosa", "machine-learning"],
  schemaVersion: 39,
  editable: true,
  refresh: "30s",
  time: { from: "now-1h", to: "now" },
  timezone: "browser",
  templating: {
    list: [
      { name: "datasource", label: "Data source", type: "datasource", query: "prometheus" },
      variable("job", "Job", "label_values(setosa_build_info, job)", false),
      variable("instance", "Server", 'label_values(setosa_build_info{job="$job"}, instance)', true),
      variable("model", "Model", 'label_values(setosa_model_info{job="$job", instance=~"$instance"}, model)', true),
    ],
  },
  annotations: {
    list: [
      {
        name: "Swaps",
        datasource: { type: "prometheus", uid: "$datasource" },
        enable: true,
        expr: 'changes(setosa_model_swaps_total{job="$job", instance=~"$instance", model=~"$model"}[1m]) > 0',
        titleFormat: "{{model}}: another version answers",
        iconColor: "blue",
      },
    ],
  },
  panels: layOut(sections),
};

const text = `${JSON.stringify(dashboard, null, 2)}\n`;
if (process.argv.includes("--check")) {
  // As data: the formatter writes short lists on one line.
  if (`${JSON.stringify(JSON.parse(readFileSync(target, "utf8")), null, 2)}\n` !== text) {
    console.error("deploy/grafana/setosa.json is out of date: run npm run docs:grafana");
    process.exitCode = 1;
  }
} else {
  mkdirSync(new URL("./", target), { recursive: true });
  writeFileSync(target, text);
}

import { useState } from "preact/hooks";
import { formatTime } from "../../format/times.ts";
import { TableScroll } from "../table-scroll.tsx";
import type { TimeChartProps } from "./time-chart.tsx";

type ChartTableProps = Pick<TimeChartProps, "title" | "times" | "series" | "format">;

/** The same as numbers, the newest first; made when somebody opens it. */
export function ChartTable({ title, times, series, format }: ChartTableProps) {
  const [open, setOpen] = useState(false);
  return (
    <details class="chart-table" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        Table<span class="visually-hidden"> of {title}</span>
      </summary>
      {open && (
        <TableScroll label={`${title}, as a table`}>
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                {series.map(({ name }) => (
                  <th key={name} scope="col" class="number">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {times.toReversed().map((time, place) => (
                <tr key={time}>
                  <th scope="row">{formatTime(time)}</th>
                  {series.map(({ name, values }) => {
                    const value = values[times.length - 1 - place] ?? null;
                    return (
                      <td key={name} class="number">
                        {value === null ? "–" : format(value)}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </TableScroll>
      )}
    </details>
  );
}

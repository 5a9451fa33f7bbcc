export interface LegendProps {
  readonly labels: readonly string[];
  readonly of?: "curves" | "bars";
}

/** Which curve is whose: by colour and by the way it is dashed. */
export function Legend({ labels, of = "curves" }: LegendProps) {
  return (
    <ul class="legend" aria-label={of === "curves" ? "Curves" : "Bars"}>
      {labels.map((label, index) => (
        <li key={label}>
          <svg width="28" height="10" aria-hidden="true">
            {of === "curves" ? (
              <line class={`curves-line curves-line-${index + 1}`} x1="1" x2="27" y1="5" y2="5" />
            ) : (
              <rect class={`curves-dot-${index + 1}`} x="10" width="10" height="10" rx="2" />
            )}
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}

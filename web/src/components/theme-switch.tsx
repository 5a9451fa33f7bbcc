import { useStore } from "../state/store.ts";
import { type Theme, theme, themes } from "../state/theme.ts";

const names: Readonly<Record<Theme, string>> = { system: "as the system", light: "light", dark: "dark" };

/** One button through the three themes: its name says which is on and which comes next. */
export function ThemeSwitch() {
  const chosen = useStore(theme);
  const next = themes[(themes.indexOf(chosen) + 1) % themes.length] ?? "system";
  return (
    <button
      type="button"
      class="theme-switch"
      aria-label={`Theme: ${names[chosen]}. Change to ${names[next]}.`}
      title={`Theme: ${names[chosen]}`}
      onClick={() => theme.set(next)}
    >
      <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
        {pictures[chosen]}
      </svg>
    </button>
  );
}

const pictures: Readonly<Record<Theme, preact.JSX.Element>> = {
  system: (
    <>
      <circle cx="12" cy="12" r="8" class="theme-line" />
      <path d="M12 4a8 8 0 0 1 0 16Z" class="theme-fill" />
    </>
  ),
  light: (
    <>
      <circle cx="12" cy="12" r="4.5" class="theme-fill" />
      <path d="M12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2" class="theme-line" />
    </>
  ),
  dark: <path d="M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5Z" class="theme-fill" />,
};

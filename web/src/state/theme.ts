import { createStore } from "./store.ts";

/** What the user has chosen: what the system says, or one of the two. */
export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const key = "setosa-theme";

export const theme = createStore<Theme>(themes.find((name) => name === read()) ?? "system");

/** Applies the choice, now and whenever it changes. */
export function applyTheme(): void {
  const apply = (chosen: Theme) => {
    if (chosen === "system") document.documentElement.removeAttribute("data-theme");
    else document.documentElement.dataset.theme = chosen;
  };
  apply(theme.get());
  theme.subscribe((chosen) => {
    apply(chosen);
    try {
      localStorage.setItem(key, chosen);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  });
}

function read(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

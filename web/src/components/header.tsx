import { formatRoute, type Route } from "../state/router.ts";
import { Brand } from "./brand.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";

interface Entry {
  readonly label: string;
  readonly href: string;
  readonly current: boolean;
}

/** The name, the ways through the page, and the theme. */
export function Header({ route }: { readonly route: Route }) {
  return (
    <header class="header">
      <a class="header-brand" href={formatRoute({ section: "models" })}>
        <Brand />
        <span>Setosa</span>
      </a>
      <nav class="header-nav" aria-label="Sections">
        <ul>
          {entries(route).map(({ label, href, current }) => (
            <li key={label}>
              <a href={href} {...(current ? { "aria-current": "page" as const } : {})}>
                {label}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <ThemeSwitch />
    </header>
  );
}

/** From one section to another the model stays the same. */
function entries(route: Route): Entry[] {
  const place = "model" in route && route.model !== undefined ? { model: route.model } : {};
  const versioned = { ...place, ...("version" in route && route.version !== undefined ? { version: route.version } : {}) };
  const { section } = route;
  return [
    { label: "Models", href: formatRoute({ section: "models" }), current: section === "models" || section === "model" },
    { label: "Try it", href: formatRoute({ section: "try", ...versioned }), current: section === "try" },
    { label: "What if", href: formatRoute({ section: "what-if", ...versioned }), current: section === "what-if" },
    { label: "Live", href: formatRoute({ section: "live", ...place }), current: section === "live" },
    { label: "Docs", href: "docs", current: false },
  ];
}

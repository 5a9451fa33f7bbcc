import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ConnectionBanner } from "./components/connection-banner.tsx";
import { Header } from "./components/header.tsx";
import { KeyForm } from "./components/key-form.tsx";
import { LiveSection } from "./sections/live/live-section.tsx";
import { ModelPage } from "./sections/models/model-page.tsx";
import { ModelsSection } from "./sections/models/models-section.tsx";
import { TrySection } from "./sections/try-it/try-section.tsx";
import { UnknownPlace } from "./sections/unknown-place.tsx";
import { WhatIfSection } from "./sections/what-if/what-if-section.tsx";
import { type Route, useRoute } from "./state/router.ts";

export function App() {
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const title = titleOf(route);
  const first = useRef(true);
  useEffect(() => {
    document.title = `${title} · Setosa`;
    // A new place is read from its beginning, by eyes and by screen readers; the first one is where the browser is anyway.
    if (!first.current) {
      main.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    first.current = false;
  }, [title]);
  return (
    <>
      <button type="button" class="skip-link" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Header route={route} />
      <ConnectionBanner />
      <main id="main" class="main" ref={main} tabIndex={-1}>
        <KeyForm />
        {sectionOf(route)}
      </main>
    </>
  );
}

function sectionOf(route: Route): ComponentChildren {
  switch (route.section) {
    case "models":
      return <ModelsSection />;
    case "model":
      return <ModelPage key={`${route.model}/${route.version}`} place={route} />;
    case "try":
      return <TrySection key={`${route.model}/${route.version}`} model={route.model} version={route.version} />;
    case "what-if":
      return <WhatIfSection key={`${route.model}/${route.version}`} model={route.model} version={route.version} />;
    case "live":
      return <LiveSection key={route.model} model={route.model} />;
    case "unknown":
      return <UnknownPlace path={route.path} />;
  }
}

function titleOf(route: Route): string {
  const name =
    "model" in route && route.model !== undefined ? `${route.model}${route.version === undefined ? "" : ` ${route.version}`}` : "";
  switch (route.section) {
    case "models":
      return "Models";
    case "model":
      return name;
    case "try":
      return name === "" ? "Try it" : `Try ${name}`;
    case "what-if":
      return name === "" ? "What if" : `What if: ${name}`;
    case "live":
      return name === "" ? "Live" : `Live: ${name}`;
    case "unknown":
      return "Not found";
  }
}

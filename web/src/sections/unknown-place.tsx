import { formatRoute } from "../state/router.ts";

/** For an address that leads nowhere. */
export function UnknownPlace({ path }: { readonly path: string }) {
  return (
    <section class="panel">
      <h1>There is nothing here</h1>
      <p>
        The page has no place <code>{path}</code>. Go to <a href={formatRoute({ section: "models" })}>the models</a>.
      </p>
    </section>
  );
}

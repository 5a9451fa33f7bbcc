import { connection } from "../api/connection.ts";
import { useStore } from "../state/store.ts";

/** Says that the server has gone, for as long as it has. The region is always there: screen readers hear of what changes in one. */
export function ConnectionBanner() {
  const state = useStore(connection);
  return (
    <div class="banner-region" role="status">
      {state === "down" && (
        <p class="banner">
          <strong>The server does not answer.</strong> What you see is from before; the page goes on as soon as it is back.
        </p>
      )}
    </div>
  );
}

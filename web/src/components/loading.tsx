/** Shown while the server is asked. Screen readers hear the words, eyes see that something moves unless they rather would not. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <p class="loading" role="status">
      <span class="loading-dot" aria-hidden="true" />
      {what}
    </p>
  );
}

/** The flower that the name is of; the word beside it says the name. */
export function Brand() {
  return (
    <svg class="brand" viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
      <path class="brand-stem" d="M16 17v13" />
      <path class="brand-fall" d="M16 17C12 23 4 22 2 15c6-3 12-2 14 2Z" />
      <path class="brand-fall" d="M16 17c4 6 12 5 14-2-6-3-12-2-14 2Z" />
      <path class="brand-standard" d="M16 17C9 15 9 6 16 2c7 4 7 13 0 15Z" />
    </svg>
  );
}

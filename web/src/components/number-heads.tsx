/** Heads of columns of numbers. */
export function NumberHeads({ titles }: { readonly titles: readonly string[] }) {
  return (
    <>
      {titles.map((title) => (
        <th key={title} scope="col" class="number">
          {title}
        </th>
      ))}
    </>
  );
}

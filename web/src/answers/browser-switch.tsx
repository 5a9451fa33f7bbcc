import type { BrowserKernel } from "./use-kernel.ts";

/** Lets the model run in the page, and says why where it cannot. */
export function BrowserSwitch({ browser: { on, kernel, error, turn } }: { readonly browser: BrowserKernel }) {
  return (
    <div class="side">
      <label class="switch">
        <input type="checkbox" role="switch" checked={on} aria-checked={on} onChange={({ currentTarget }) => turn(currentTarget.checked)} />
        In your browser
      </label>
      <p class="note" role="status">
        {error !== undefined
          ? `${error.message} ${error.hint ?? ""}`
          : on && kernel === undefined
            ? "Loading the kernel…"
            : on
              ? "The model's kernel runs in this page: it needs the server no more."
              : "Loads the model's WebAssembly kernel into this page, and predicts here."}
      </p>
    </div>
  );
}

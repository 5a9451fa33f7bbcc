import { useEffect, useRef, useState } from "preact/hooks";
import { apiKey, keyNeeded, setApiKey } from "../api/api-key.ts";
import { useStore } from "../state/store.ts";

/** Asks for an API key where the server wants one; says nothing elsewhere. */
export function KeyForm() {
  const needed = useStore(keyNeeded);
  const key = useStore(apiKey);
  const [text, setText] = useState("");
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (needed) field.current?.focus();
  }, [needed]);
  if (!needed) return null;
  const submit = (event: Event) => {
    event.preventDefault();
    if (text.trim() === "") return;
    setApiKey(text.trim());
    setText("");
  };
  return (
    <section class="panel key-form" aria-labelledby="key-title">
      <h1 id="key-title">This server asks for an API key</h1>
      <form onSubmit={submit}>
        <label for="api-key">API key</label>
        <div class="field-row">
          <input
            id="api-key"
            ref={field}
            type="password"
            autoComplete="off"
            spellcheck={false}
            value={text}
            aria-describedby="key-note"
            aria-invalid={key !== undefined}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
          <button type="submit" class="button">
            Use it
          </button>
        </div>
        {key !== undefined && (
          <p class="problem" role="alert">
            The server does not know the key that it was sent.
          </p>
        )}
        <p id="key-note" class="note">
          It stays in this tab until you close it, and goes to this server only. Whoever runs the server makes one with{" "}
          <code>setosa keys add NAME</code>.
        </p>
      </form>
    </section>
  );
}

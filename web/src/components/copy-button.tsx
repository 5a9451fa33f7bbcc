import { useEffect, useState } from "preact/hooks";

/** Copies a text, and says that it has. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [said, setSaid] = useState<"copied" | "failed">();
  useEffect(() => setSaid(undefined), [text]);
  return (
    <span class="copy">
      <button type="button" class="button button-quiet" onClick={() => void copy(text).then((done) => setSaid(done ? "copied" : "failed"))}>
        Copy <span class="visually-hidden">{what}</span>
      </button>
      <span class="note" role="status">
        {said === "copied" ? "Copied." : said === "failed" ? "The browser does not allow it: select the text instead." : ""}
      </span>
    </span>
  );
}

/** Browsers have the clipboard's interface on secure origins only; the old way works on others. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyOldWay(text);
  }
}

function copyOldWay(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  const before = document.activeElement;
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}

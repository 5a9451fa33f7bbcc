import { useState } from "preact/hooks";
import { CopyButton } from "../../../components/copy-button.tsx";
import { Scrollable } from "../../../components/scrollable.tsx";
import { Tabs } from "../../../components/tabs.tsx";
import { type Call, type Language, languages, snippet } from "./snippets.ts";

/** The call that the page has just made, for a terminal or a program. */
export function SnippetsView({ call }: { readonly call: Call }) {
  const [language, setLanguage] = useState<Language>("curl");
  const text = snippet(language, call);
  return (
    <section class="panel snippets" aria-labelledby="snippets-title">
      <h2 id="snippets-title">The same call</h2>
      <Tabs label="Languages" names={languages} chosen={language} choose={setLanguage}>
        <Scrollable class="code" label={`The call in ${language}`}>
          <pre>{text}</pre>
        </Scrollable>
      </Tabs>
      <CopyButton text={text} what={`the call in ${language}`} />
    </section>
  );
}

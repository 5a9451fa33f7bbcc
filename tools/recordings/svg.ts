import type { Span } from "./terminal.ts";

const [lineHeight, fontSize, padding, bar] = [18, 13, 16, 28];
/** Of a monospaced font, in ems. */
const advance = 0.602;

const style = `text{font:${fontSize}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#1f2328;white-space:pre}
.w{fill:#fff;stroke:#d0d7de}.t{fill:#59636e}.b{font-weight:700}.d{fill:#59636e}.red{fill:#b3261e}.green{fill:#116329}.yellow{fill:#7d4e00}.cyan{fill:#0b5c83}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.w{fill:#0d1117;stroke:#30363d}.t,.d{fill:#9198a1}.red{fill:#ff7b72}.green{fill:#56d364}.yellow{fill:#e3b341}.cyan{fill:#76c7f2}}`;

/**
 * A terminal as a picture whose text can be selected, legible in light and dark.
 * @param title What the picture shows, for who does not see it
 */
export function drawTerminal(title: string, lines: readonly (readonly Span[])[], columns: number): string {
  const width = Math.ceil(columns * fontSize * advance) + padding * 2;
  const height = bar + lines.length * lineHeight + padding;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<title>${escaped(title)}</title>
<style>${style}</style>
<rect class="w" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>
<circle cx="18" cy="15" r="5" fill="#ff5f57"/><circle cx="36" cy="15" r="5" fill="#febc2e"/><circle cx="54" cy="15" r="5" fill="#28c840"/>
${lines.map((spans, index) => (spans.length === 0 ? "" : `<text xml:space="preserve" x="${padding}" y="${bar + (index + 1) * lineHeight - 4}">${spans.map(spanText).join("")}</text>\n`)).join("")}</svg>
`;
}

function spanText({ text, color, bold, dim }: Span): string {
  const classes = [...(color === undefined ? [] : [color]), ...(bold ? ["b"] : []), ...(dim ? ["d"] : [])];
  return classes.length === 0 ? escaped(text) : `<tspan class="${classes.join(" ")}">${escaped(text)}</tspan>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

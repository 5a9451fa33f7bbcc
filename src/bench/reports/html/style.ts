import { seriesColours } from "../svg/series.ts";

const series = (of: "light" | "dark"): string => seriesColours.map((colour, index) => `--c${index}:${colour[of]}`).join(";");

/** Of the page, by scheme: exported for the check of contrasts. */
export const pageColours = {
  light: { page: "#ffffff", text: "#1b2027", quiet: "#59636e", line: "#d6dbe1", raised: "#f5f7f9", bad: "#b3202c", doubt: "#7a5200" },
  dark: { page: "#11151a", text: "#e7eaee", quiet: "#a2abb6", line: "#333b45", raised: "#1a2027", bad: "#ff8f8f", doubt: "#e8b85b" },
} as const;

const colours = (of: "light" | "dark"): string =>
  `${Object.entries(pageColours[of])
    .map(([name, value]) => `--${name}:${value}`)
    .join(";")};${series(of)}`;

/** The page's only style sheet. It refers to nothing outside. */
export const style = `
:root{color-scheme:light dark;${colours("light")}}
@media (prefers-color-scheme:dark){:root{${colours("dark")}}}
@media print{:root{color-scheme:light;${colours("light")}}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:70rem;padding:2rem 1.25rem 4rem;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;overflow-wrap:anywhere}
h1{margin:0;font-size:1.75rem;line-height:1.2}
h2{margin:2.75rem 0 .75rem;font-size:1.25rem}
h3{margin:0 0 .5rem;font-size:1rem}
h4{margin:1rem 0 .25rem;font-size:.875rem}
p{margin:.5rem 0}
.lead,.note,figcaption{color:var(--quiet)}
.note,figcaption{font-size:.875rem}
code,pre,dd{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.875rem}
pre{margin:0;padding:.75rem;background:var(--raised);border-radius:6px;white-space:pre-wrap}
ul{margin:.5rem 0;padding-left:1.25rem}
li{margin:.25rem 0}
.claims{padding:0;list-style:none}
.claims li{padding:.125rem 0 .125rem .875rem;border-left:3px solid var(--c0);font-weight:600}
.unclaimed{color:var(--quiet)}
.box{margin:1rem 0;padding:.75rem 1rem;background:var(--raised);border-left:3px solid var(--doubt);border-radius:0 6px 6px 0}
.box.bad{border-color:var(--bad)}
.box h2{margin:0 0 .25rem;font-size:1rem;color:var(--doubt)}
.box.bad h2{color:var(--bad)}
.scroll{overflow-x:auto}
.scroll:focus-visible{outline:2px solid var(--c0);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:.875rem;font-variant-numeric:tabular-nums}
th,td{padding:.375rem .625rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top;white-space:nowrap;overflow-wrap:normal}
thead th{color:var(--quiet);font-weight:500}
tbody th{font-weight:600;white-space:normal;min-width:7rem;max-width:20rem;overflow-wrap:anywhere}
th.number,td.number{text-align:right}
td.words{white-space:normal;min-width:6rem;max-width:26rem;overflow-wrap:anywhere}
td.words.url{min-width:15rem}
td.refused,tr.refused td,tr.refused th{color:var(--bad)}
tr.faint td,tr.faint th{color:var(--quiet);font-weight:400}
.troubles{color:var(--bad);font-size:.875rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.plots{columns:2 26rem;column-gap:3rem}
figure{margin:0 0 2.25rem;min-width:0;break-inside:avoid}
.plot{display:block;width:100%;max-width:36rem;height:auto;font-size:13px;font-variant-numeric:tabular-nums}
.plot text{fill:var(--text)}
.plot .figure{font-weight:600}
.plot .tick{fill:var(--quiet);font-size:12px}
.grid{stroke:var(--line);stroke-width:1;fill:none}
.chance{fill:var(--quiet);opacity:.18}
.reference{stroke:var(--text);stroke-width:1.25}
.bar{fill:var(--c);opacity:.3}
.dot{fill:var(--c);opacity:.75}
.middle{stroke:var(--c);stroke-width:3}
.interval{stroke:var(--c);stroke-width:2;fill:none}
.faint .dot,.faint .interval,.faint .middle{opacity:.45}
.faint .figure{font-weight:400;fill:var(--quiet)}
.curve{stroke:var(--c);stroke-width:2;fill:none;stroke-linejoin:round}
.plot .end{fill:var(--c);font-weight:700}
.swatch{vertical-align:middle}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;list-style:none;font-size:.875rem}
.legend li{margin:0}
details{margin:.75rem 0}
summary{cursor:pointer;font-weight:600;font-size:.9375rem}
dl{margin:.5rem 0}
dl div{display:grid;grid-template-columns:10rem 1fr;gap:.25rem 1rem;padding:.25rem 0;border-bottom:1px solid var(--line)}
dt{color:var(--quiet);font-size:.875rem}
dd{margin:0;min-width:0}
${seriesColours.map((_, index) => `.c${index}{--c:var(--c${index})}`).join("\n")}
@media (max-width:40rem){body{padding:1.25rem 1rem 3rem}h1{font-size:1.375rem}.plot{font-size:14.5px}.plot .tick{font-size:13px}dl div{grid-template-columns:1fr;gap:0}}
@media print{
body{max-width:none;padding:0;font-size:10pt}
table{font-size:8pt}
th,td{padding:.2rem .35rem}
tr,.box,li{break-inside:avoid}
h2,h3,h4,summary{break-after:avoid}
.scroll{overflow:visible}
.plots{columns:2;column-gap:1.25rem}
.plot{max-width:none}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;

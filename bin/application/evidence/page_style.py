"""The style of a bundle's page: large enough to read, the same on paper and on a screen, loaded from no server."""

STYLE = """
:root { --ink: #1d2129; --muted: #545b66; --line: #c9ced6; --soft: #f4f5f7; --mark: #7d1420; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink); font: 1.0625rem/1.5 Georgia, "Times New Roman", serif; }
header, main, footer { max-width: 46rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 3rem; }
header p.kind { margin: 0; color: var(--mark); font-size: .9rem; letter-spacing: .12em; text-transform: uppercase; }
h1 { margin: .3rem 0 .8rem; font-size: 1.9rem; line-height: 1.2; font-weight: normal; }
h2 { margin: 2rem 0 .7rem; padding-top: .5rem; border-top: 2px solid var(--ink); font-size: 1.3rem;
  font-weight: normal; }
h3 { margin: 1.3rem 0 .5rem; font-size: 1.05rem; }
p, li { margin: 0 0 .5rem; }
ol, ul { margin: 0 0 .8rem; padding-left: 1.3rem; }
small, .small, dl { font-size: .72rem; line-height: 1.4; color: var(--muted); font-weight: normal;
  overflow-wrap: anywhere; }
time + small { white-space: nowrap; }
code { font: .94em/1.4 "DejaVu Sans Mono", Consolas, Menlo, monospace; overflow-wrap: anywhere; }
pre { margin: 0 0 .8rem; padding: .6rem .8rem; background: var(--soft); border-left: 3px solid var(--mark);
  font: .8rem/1.5 "DejaVu Sans Mono", Consolas, Menlo, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.conclusion { margin: 1.5rem 0; padding: .2rem 1.2rem .6rem; border: 2px solid var(--mark); background: #fdfbfb; }
.conclusion h2 { margin-top: .6rem; padding: 0; border: 0; color: var(--mark); }
.conclusion p:first-of-type { font-size: 1.2rem; }
article { margin: 0 0 .6rem; padding: .6rem .9rem; border: 1px solid var(--line); break-inside: avoid; }
article.main { border: 2px solid var(--mark); }
article p { margin: 0 0 .25rem; }
article p.place { float: right; margin-left: 1rem; color: var(--muted); font-size: .85em; }
p.rests { color: var(--mark); font-style: italic; }
p.by { font-size: .9em; }
p.about { color: var(--muted); }
p.about::first-letter { text-transform: uppercase; }
table { width: 100%; border-collapse: collapse; margin: 0 0 1rem; font-size: .95rem; }
caption { padding: 0 0 .3rem; text-align: left; color: var(--muted); font-size: .95em; }
th, td { padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
th { font-weight: normal; color: var(--muted); width: 15rem; }
th::first-letter { text-transform: uppercase; }
td.none { color: var(--muted); }
dl { display: grid; grid-template-columns: minmax(0, 11rem) minmax(0, 1fr); gap: .2rem 1rem; margin: 0 0 1rem; }
dd { margin: 0; }
footer { margin-top: 2rem; padding-bottom: 3rem; }
footer h2 { font-size: 1.05rem; }
@media (max-width: 40rem) { th { width: 9rem; } dl { grid-template-columns: 1fr; } dd { margin-bottom: .3rem; } }
@media print { body { font-size: 10.5pt; line-height: 1.4; } header { padding-top: 0; }
  header, main, footer { max-width: none; padding: 0; }
  small, .small, dl { font-size: 7pt; line-height: 1.3; }
  h1 { font-size: 19pt; } h2 { font-size: 13pt; margin-top: 16pt; } h3 { font-size: 11pt; }
  .conclusion p:first-of-type { font-size: 12.5pt; } table { font-size: 9.5pt; }
  h2, h3, caption { break-after: avoid; } tr, .conclusion, .moment > h3 + article { break-inside: avoid; }
  @page { size: A4; margin: 18mm 17mm 20mm;
    @bottom-right { content: counter(page) " / " counter(pages); font: 8pt Georgia, serif; color: #545b66; } } }
"""

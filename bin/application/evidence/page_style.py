"""The style of a bundle's page: large enough to read, the same on paper and on a screen, loaded from no server."""

STYLE = """
:root { --ink: #1d2129; --muted: #545b66; --line: #c9ced6; --soft: #f4f5f7; --mark: #7d1420; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink); font: 1.0625rem/1.55 Georgia, "Times New Roman", serif; }
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 3rem; }
header p.kind { margin: 0; color: var(--mark); font-size: .9rem; letter-spacing: .12em; text-transform: uppercase; }
h1 { margin: .3rem 0 1.2rem; font-size: 2.1rem; line-height: 1.2; font-weight: normal; }
h1 span, h2 span { color: var(--muted); }
h2 { margin: 2.8rem 0 .8rem; padding-top: .8rem; border-top: 2px solid var(--ink); font-size: 1.35rem;
  font-weight: normal; }
h3 { margin: 1.6rem 0 .5rem; font-size: 1.08rem; }
p { margin: 0 0 .8rem; }
.both { display: grid; grid-template-columns: 1fr 1fr; gap: 0 2.5rem; }
.both ol, .both ul { margin: 0 0 .8rem; padding-left: 1.3rem; }
dl { display: grid; grid-template-columns: minmax(0, 15rem) minmax(0, 1fr); gap: .35rem 1.5rem; margin: 0; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
code, .value { font: .92em/1.45 "DejaVu Sans Mono", Consolas, Menlo, monospace; overflow-wrap: anywhere; }
pre { margin: 0 0 .8rem; padding: .7rem .9rem; background: var(--soft); border-left: 3px solid var(--mark);
  font: .85rem/1.5 "DejaVu Sans Mono", Consolas, Menlo, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; margin: 0 0 1rem; }
caption { padding: 0 0 .4rem; text-align: left; color: var(--muted); }
th, td { padding: .4rem .7rem .4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { font-weight: normal; color: var(--muted); width: 17rem; }
td { overflow-wrap: anywhere; }
td.none { color: var(--muted); }
article { margin: 0 0 1.4rem; padding: 1rem 1.2rem; border: 1px solid var(--line); break-inside: avoid; }
article h3 { margin: 0 0 .2rem; }
article h3 .place { float: right; margin-left: 1rem; color: var(--muted); font-weight: normal; }
article p.meaning { color: var(--muted); }
.sealed { color: var(--muted); font-style: italic; }
footer { margin-top: 3rem; padding-top: 1rem; padding-bottom: 3rem; border-top: 1px solid var(--line);
  color: var(--muted); font-size: .92rem; }
@media (max-width: 46rem) { .both, dl { grid-template-columns: 1fr; } dd { margin-bottom: .4rem; } th { width: 9rem; } }
@media print { body { font-size: 10pt; } header { padding-top: 0; }
  header, main, footer { max-width: none; padding: 0; }
  h2 { break-after: avoid; } @page { size: A4; margin: 18mm 16mm; } }
"""

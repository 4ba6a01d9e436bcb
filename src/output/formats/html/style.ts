/** Light and dark by the system setting, always light in print; cards instead of rows on a phone. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f6f6f8; --card: #ffffff; --text: #1c1d22; --faint: #595b66; --line: #dfe0e6;
  --link: #1d4fa8; --focus: #1d4fa8; --expected: #9aa0b0; --actual: #2f5fd0; --less: #8a4b00; --more: #b3261e;
  --passed: #dff3e5; --passed-text: #14532d; --warning: #fdeec6; --warning-text: #654100;
  --failed: #fce0de; --failed-text: #8a1512; --skipped: #dfebfa; --skipped-text: #1a4480;
  --notrun: #eaeaee; --notrun-text: #4b4c57;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #131418; --card: #1c1d23; --text: #ececf1; --faint: #a9abb8; --line: #33353f;
    --link: #9dc1ff; --focus: #9dc1ff; --expected: #757a8c; --actual: #7da6ff; --less: #f0b35a; --more: #ff8d85;
    --passed: #12351f; --passed-text: #a9e6bb; --warning: #3d2e08; --warning-text: #f6d88a;
    --failed: #4a1618; --failed-text: #ffb8b3; --skipped: #16304f; --skipped-text: #b6d7ff;
    --notrun: #2b2c33; --notrun-text: #bdbfca;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
header, section { max-width: 78rem; margin: 1rem auto; padding: 1.25rem 1.5rem; border-radius: .75rem;
  background: var(--card); border: 1px solid var(--line); }
main { margin: 0 1rem; }
header { margin: 1rem auto; width: calc(100% - 2rem); border-left: .5rem solid var(--notrun-text); }
header.Passed { border-left-color: var(--passed-text); }
header.Warning { border-left-color: var(--warning-text); }
header.Failed { border-left-color: var(--failed-text); }
header.Skipped { border-left-color: var(--skipped-text); }
header p { margin: .15rem 0; color: var(--faint); overflow-wrap: anywhere; }
h1 { margin: .1rem 0; font-size: 1.7rem; line-height: 1.25; letter-spacing: -.01em; }
header.Failed h1 .sign { color: var(--failed-text); }
header.Passed h1 .sign { color: var(--passed-text); }
header.Warning h1 .sign { color: var(--warning-text); }
header.Skipped h1 .sign { color: var(--skipped-text); }
h2 { margin: 0 0 .75rem; font-size: 1.1rem; }
.tiles { display: flex; flex-wrap: wrap; gap: .5rem; margin: .9rem 0 0; padding: 0; list-style: none; }
.tiles li { padding: .35rem .75rem; border-radius: .5rem; background: var(--notrun); color: var(--notrun-text); }
.tiles strong { font-size: 1.15rem; font-variant-numeric: tabular-nums; }
.tiles li.none { background: none; color: var(--faint); box-shadow: inset 0 0 0 1px var(--line); }
.badge { display: inline-flex; gap: .35em; align-items: baseline; padding: .05rem .5rem; border-radius: .4rem;
  white-space: nowrap; font-size: .85rem; background: var(--notrun); color: var(--notrun-text); }
.sign { display: inline-block; min-width: .8em; text-align: center; font-weight: 700; }
.Passed.badge, .tiles .Passed { background: var(--passed); color: var(--passed-text); }
.Warning.badge, .tiles .Warning { background: var(--warning); color: var(--warning-text); }
.Failed.badge, .tiles .Failed { background: var(--failed); color: var(--failed-text); }
.Failed.badge { font-weight: 600; }
.Skipped.badge, .tiles .Skipped { background: var(--skipped); color: var(--skipped-text); }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: .25rem; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--card); }
.scroll { position: relative; overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .4rem .6rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--faint); font-size: .85rem; font-weight: 600; vertical-align: bottom; }
.calendar td { padding: .2rem .3rem; }
.calendar tbody th { font-weight: 400; white-space: nowrap; position: sticky; left: 0; background: var(--card); }
.calendar a { display: block; text-decoration: none; border-radius: .4rem; }
.calendar .badge { display: flex; justify-content: center; }
.calendar a:hover .badge { text-decoration: underline; }
.compact .word { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.compact th, .compact td { padding: .25rem .15rem; }
.compact thead th { font-size: .7rem; }
.rows .number { text-align: right; white-space: nowrap; }
.rows td.text { overflow-wrap: anywhere; }
.rows td.name { white-space: nowrap; }
summary { cursor: pointer; }
summary h2 { display: inline; }
details[open] summary { margin-bottom: .75rem; }
.rows th button { all: unset; cursor: pointer; font: inherit; color: inherit; white-space: nowrap; }
.rows th button:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
.arrow::after { content: "\\2195"; margin-left: .35em; opacity: .45; }
[aria-sort=ascending] .arrow::after { content: "\\2191"; opacity: 1; }
[aria-sort=descending] .arrow::after { content: "\\2193"; opacity: 1; }
.rows tbody tr:hover { background: color-mix(in srgb, var(--line) 35%, transparent); }
.rows tr:target { background: var(--warning); color: var(--warning-text); }
.finding { margin: 1rem 0; padding: .9rem 1.1rem; border: 1px solid var(--line); border-left: .4rem solid var(--notrun-text); border-radius: .6rem; }
.finding:target { outline: 2px solid var(--focus); }
.finding.critical, .finding.error { border-left-color: var(--failed-text); }
.finding.warning { border-left-color: var(--warning-text); }
.finding.info { border-left-color: var(--skipped-text); }
.finding h3 { margin: .2rem 0 .6rem; font-size: 1.1rem; overflow-wrap: anywhere; }
.grade { margin: 0; color: var(--faint); }
.grade .number { display: inline-block; min-width: 1.5em; padding: 0 .35em; border-radius: .4rem; text-align: center; font-weight: 700; background: var(--failed); color: var(--failed-text); }
.finding.warning .number { background: var(--warning); color: var(--warning-text); }
.finding.info .number { background: var(--skipped); color: var(--skipped-text); }
.figures { display: flex; flex-wrap: wrap; gap: .75rem 2rem; align-items: end; }
figure { margin: 0 0 .6rem; } figcaption { color: var(--faint); font-size: .85rem; }
.daily, .strip { max-width: 100%; } .absent { fill: var(--faint); }
.strip .Passed { fill: var(--passed-text); } .strip .Warning { fill: var(--warning-text); } .strip .Failed { fill: var(--failed-text); } .strip .Skipped, .strip .NotRun { fill: var(--line); }
 .share .whole { fill: var(--line); } .share .part { fill: var(--actual); }
.finding dl { margin: 0; } .finding dl > div { display: grid; grid-template-columns: 6rem minmax(0, 1fr); gap: .75rem; padding: .15rem 0; }
.finding dt { color: var(--faint); } .finding dd { margin: 0; min-width: 0; overflow-wrap: anywhere; } .finding dd p { margin: 0; }
.amounts { margin: 0; padding: 0; list-style: none; font-variant-numeric: tabular-nums; }
.amount { display: inline-block; min-width: 5rem; text-align: right; margin-right: .6rem; }
.command { display: flex; gap: .5rem; align-items: start; margin: .25rem 0; }
.command pre { flex: 1; min-width: 0; margin: 0; padding: .4rem .6rem; overflow-x: auto; background: var(--page); border-radius: .4rem; }
.command code { overflow-wrap: normal; }
.copy { font: inherit; font-size: .85rem; min-height: 2rem; padding: .2rem .7rem; color: var(--text); background: var(--page); border: 1px solid var(--faint); border-radius: .4rem; cursor: pointer; }
.sides { display: flex; gap: 1rem; justify-content: flex-end; }
.sides span:first-child { color: var(--faint); }
.bars { display: block; margin: .2rem 0 0 auto; }
.expected { fill: var(--expected); } .actual { fill: var(--actual); }
.middle { fill: var(--faint); } .less { fill: var(--less); } .more { fill: var(--more); }
code { font: .9em ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.causes { margin: 0; padding-left: 1.1rem; }
.accepted { margin: .15rem 0 0; color: var(--faint); font-style: italic; }
.controls { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: end; margin-bottom: .75rem; }
.controls[hidden] { display: none; }
.controls label { color: var(--faint); font-size: .85rem; }
.controls input, .controls select { display: block; min-height: 2.2rem; padding: .3rem .5rem; font: inherit; font-size: 1rem;
  color: var(--text); background: var(--page); border: 1px solid var(--faint); border-radius: .4rem; max-width: 100%; }
.controls p { margin: 0 0 .4rem; color: var(--faint); font-size: .85rem; }
.narrow { display: none; }
.reasons { margin: 0; padding: 0; list-style: none; }
.reasons li { padding: .35rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.reasons li:last-child { border-bottom: 0; }
.reasons p { margin: 0; color: var(--faint); }
.empty, footer { color: var(--faint); }
.empty { margin: 0; }
footer { max-width: 78rem; margin: 1.5rem auto; padding: 0 1rem; font-size: .85rem; }
tr[hidden] { display: none !important; }
@media screen and (max-width: 44rem) {
  main { margin: 0 .5rem; }
  header { width: calc(100% - 1rem); }
  header, section { padding: 1rem; }
  h1 { font-size: 1.35rem; }
  .calendar .word { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .calendar thead th { min-width: 4rem; font-size: .75rem; }
  .narrow { display: block; }
  .finding { padding: .7rem .8rem; }
  .finding dl > div { grid-template-columns: 1fr; gap: 0; padding: .3rem 0; }
  .rows thead { display: none; }
  .rows, .rows tbody, .rows tr, .rows td { display: block; }
  .rows tr { padding: .6rem 0; border-bottom: 1px solid var(--line); }
  .rows td { display: flex; gap: 1rem; justify-content: space-between; padding: .15rem 0; border: 0; text-align: right; }
  .rows td .causes { text-align: left; }
  .rows td.name { white-space: normal; }
  .rows td::before { content: attr(data-label); color: var(--faint); font-size: .85rem; text-align: left; flex: none; }
  .rows td:empty { display: none; }
  .rows td.number { flex-wrap: wrap; gap: 0 1rem; }
  .rows .bars { flex-basis: 100%; width: 100%; height: 16px; }
}
@media print {
  body { background: none; font-size: 10pt; }
  header, section { max-width: none; margin: 0 0 1rem; padding: 0; border: 0; border-radius: 0; }
  header { border-left: .4rem solid; padding-left: .8rem; width: auto; }
  main { margin: 0; }
  .controls, .skip, .arrow, .copy { display: none !important; }
  .scroll { overflow: visible; }
  .calendar tbody th { position: static; }
  tr, li, .tiles li { break-inside: avoid; }
  h2 { break-after: avoid; }
  thead { display: table-header-group; }
  .badge, .tiles li, .bars { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  a { color: inherit; text-decoration: none; }
}
`;

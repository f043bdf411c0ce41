/** The style sheet of a report: light and dark by the reader's preference, for large screens, phones and paper. */

import { spaceTimeStyle } from './space-time/style.ts';

/** Colours by what they mean. Those of fault kinds come with the run. */
const light = `
  --page: #fbfaf7; --card: #ffffff; --text: #1b1c1e; --muted: #5d6168; --rule: #dedcd5; --soft: #f1efe9;
  --valid: #1d7a43; --invalid: #b3261e; --unknown: #8a5a00; --unfinished: #5d6168;
  --valid-soft: #e8f4ea; --invalid-soft: #fcebe8; --unknown-soft: #fbf1dc; --unfinished-soft: #efede7;
  --ok: #2b6cb0; --fail: #8d7aa8; --info: #c26a00; --p95: #6aa0d8; --p99: #d08a3c;
  --leader: #2b6cb0; --leader-text: #ffffff; --candidate: #e0a93b; --follower: #dfe5ec; --down: #3a3b3f; --other: #c9d8c5;
`;
const dark = `
  --page: #141518; --card: #1c1e22; --text: #e9e8e4; --muted: #a2a6ae; --rule: #363940; --soft: #25282d;
  --valid: #67c98a; --invalid: #ff8a7e; --unknown: #efb94f; --unfinished: #a2a6ae;
  --valid-soft: #16291d; --invalid-soft: #341a18; --unknown-soft: #2f2511; --unfinished-soft: #25282d;
  --ok: #6cb0f5; --fail: #b7a3d6; --info: #f0a040; --p95: #3f7cb8; --p99: #b9772f;
  --leader: #4a90d9; --leader-text: #0e0f11; --candidate: #b98a28; --follower: #343b45; --down: #08090a; --other: #3d4c3a;
`;

export const style = `
:root { color-scheme: light dark; ${light}
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; }
@media (prefers-color-scheme: dark) { :root { ${dark} } }

* { box-sizing: border-box; }
html { font: 16px/1.55 var(--sans); background: var(--page); color: var(--text); -webkit-text-size-adjust: 100%; }
body { margin: 0; }
main, .banner > div, footer { max-width: 1104px; margin: 0 auto; padding: 0 32px; }
h1, h2, h3, p, dl, dd, figure, ul, ol { margin: 0; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 56px 0 4px; letter-spacing: -.01em; }
h3 { font-size: 1.05rem; line-height: 1.4; }
code { font: .92em/1.4 var(--mono); overflow-wrap: anywhere; }
small, .note, figcaption { font-size: .84rem; color: var(--muted); }
.note { max-width: 46rem; margin-bottom: 14px; }
a { color: inherit; text-underline-offset: 3px; text-decoration-color: var(--rule); }
svg { display: block; width: 100%; height: auto; overflow: visible; font: 12px var(--sans); }
:focus-visible { outline: 2px solid var(--ok); outline-offset: 2px; }

.banner { padding: 36px 0 30px; border-bottom: 1px solid var(--rule); }
.banner.valid { background: var(--valid-soft); } .banner.invalid { background: var(--invalid-soft); }
.banner.unknown { background: var(--unknown-soft); } .banner.unfinished, .banner.placed { background: var(--unfinished-soft); }
.subject { font-size: .95rem; color: var(--muted); } .subject strong { color: var(--text); font-weight: 600; }
h1 { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 16px; margin: 10px 0 12px; line-height: 1.1; letter-spacing: -.025em; font-size: 3.1rem; font-weight: 750; }
h1 .headline { font-size: 1.3rem; font-weight: 500; letter-spacing: -.01em; color: var(--text); }
.valid h1 { color: var(--valid); } .invalid h1 { color: var(--invalid); } .unknown h1 { color: var(--unknown); } .unfinished h1 { color: var(--unfinished); }
.reason { font-size: 1.16rem; line-height: 1.5; max-width: 50rem; overflow-wrap: anywhere; }
.facts { display: flex; flex-wrap: wrap; gap: 10px 34px; margin-top: 22px; }
.facts dt { font-size: .78rem; color: var(--muted); } .facts dd { font-weight: 550; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.again { margin-top: 20px; font-size: .9rem; color: var(--muted); }
.again code { display: block; margin-top: 4px; padding: 8px 12px; border-radius: 6px; background: var(--card); border: 1px solid var(--rule); color: var(--text); user-select: all; }
.problems { margin: 18px 0 0; padding: 0 0 0 1.2em; font-size: .9rem; }
nav { display: flex; flex-wrap: wrap; gap: 4px 20px; padding: 14px 0 0; font-size: .9rem; }

table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th { text-align: left; font-weight: 500; font-size: .82rem; color: var(--muted); white-space: nowrap; }
th, td { padding: 8px 16px 8px 0; border-bottom: 1px solid var(--rule); vertical-align: baseline; overflow-wrap: break-word; }
.checkers > tbody > tr > td:last-child { overflow-wrap: anywhere; }
th:last-child, td:last-child { padding-right: 0; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.nowrap { white-space: nowrap; } td.bars { min-width: 110px; vertical-align: middle; }
tr.failed td { background: var(--invalid-soft); }
.scroll { overflow-x: auto; }
.answer { white-space: nowrap; font-weight: 600; }
.answer.valid { color: var(--valid); } .answer.invalid { color: var(--invalid); } .answer.unknown { color: var(--unknown); } .answer.unfinished { color: var(--muted); }
.swatch { display: inline-block; width: 11px; height: 11px; vertical-align: -1px; margin-right: 6px; border-radius: 2px; overflow: visible; }
details { margin-top: 10px; font-size: .92rem; } summary { cursor: pointer; color: var(--muted); padding: 2px 0; } summary:hover { color: var(--text); }
details > :not(summary) { margin-top: 8px; }
dl.evidence { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: 2px 18px; } dl.evidence dt { color: var(--muted); } dl.evidence dd { min-width: 0; overflow-wrap: anywhere; }

.failure-card { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 20px 22px; margin-top: 16px; }
.explanation { margin-top: 6px; max-width: 50rem; overflow-wrap: anywhere; }
.states { margin-top: 8px; font-size: .92rem; } .states span { color: var(--muted); }
.chip { display: inline-block; padding: 1px 7px; border-radius: 5px; background: var(--soft); border: 1px solid var(--rule); }
.evidence-box { margin-top: 12px; font-size: .92rem; }
.frame { display: flex; margin-top: 16px; } .frame .names { flex: 0 0 96px; overflow: hidden; }
.names svg, .rightmost svg { width: auto; max-width: none; }
/* Right to left, so that a drawing too wide for the page first shows its end, where the failure is. */
.rightmost { flex: 1; min-width: 0; overflow-x: auto; direction: rtl; } .rightmost > div { direction: ltr; width: max-content; min-width: 100%; }
.lanes figcaption { margin-top: 10px; max-width: 56rem; }
.key { font-weight: 600; } .key.failed { color: var(--invalid); } .key.info { color: var(--info); } .key.fail { color: var(--fail); }
.lanes text { fill: var(--text); } .lanes .axis text { fill: var(--muted); font-size: 11px; } .lanes .axis path, .lanes .lane { stroke: var(--rule); fill: none; }
.lanes .axis path { stroke-dasharray: 1 4; }
.names .name text { font-size: 12.5px; } .names .name .node, .names .fault-name { fill: var(--muted); font-size: 11px; } .names .failed text { fill: var(--invalid); font-weight: 650; }
.bar text { font: 12px var(--mono); }
.bar rect, .bar path { fill: color-mix(in srgb, var(--ok) 16%, var(--card)); stroke: var(--ok); }
.bar.fail rect { fill: var(--soft); stroke: var(--fail); } .bar.fail text { fill: var(--muted); }
.bar.info path, .bar.open path { fill: color-mix(in srgb, var(--info) 10%, var(--card)); stroke: var(--info); stroke-dasharray: 4 3; }
.bar.failed rect, .bar.failed path { fill: var(--invalid); stroke: var(--invalid); } .bar.failed text { fill: var(--card); font-weight: 700; }
.link path { fill: none; stroke: var(--ok); stroke-width: 1.6; } .link .head { fill: var(--ok); stroke: none; }
.link.ordered path { stroke: var(--invalid); stroke-dasharray: 5 3; } .link.ordered .head { fill: var(--invalid); }
.steps { margin-top: 12px; padding-left: 1.5em; max-width: 50rem; font-size: .94rem; } .steps li { margin: 3px 0; overflow-wrap: anywhere; }
.key.ok { color: var(--ok); }
path.failure { stroke: var(--invalid); stroke-width: 1.5; stroke-dasharray: 4 3; fill: none; }
.fault-strip { opacity: .75; }
.paths { padding-left: 1.4em; } .paths li { margin: 6px 0; line-height: 1.9; } .paths small { margin-left: 3px; } .then { color: var(--muted); font-size: .84rem; margin: 0 7px; } .stuck { color: var(--invalid); margin-left: 10px; white-space: nowrap; }

polyline.likelihood { fill: none; stroke: var(--invalid); stroke-width: 2; stroke-linejoin: round; } circle.likelihood { fill: var(--invalid); stroke: var(--page); stroke-width: 1; }
rect.jump { fill: var(--invalid); opacity: .14; } .events { margin: 6px 0 0; padding-left: 1.4em; }
.chart { margin-top: 28px; } .chart h3 { margin-bottom: 2px; } .chart svg { margin-top: 8px; }
.narrow { display: none; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; padding: 0; list-style: none; font-size: .86rem; color: var(--muted); }
.axis path { stroke: var(--rule); } .axis text { fill: var(--muted); }
rect.fault { opacity: .16; }
.role text { font-size: 11px; fill: var(--text); } .role rect { stroke: var(--page); stroke-width: .5; }
.role.leader rect, .swatch.leader { fill: var(--leader); } .role.leader text { fill: var(--leader-text); font-weight: 600; }
.role.candidate rect, .swatch.candidate { fill: var(--candidate); } .role.follower rect, .swatch.follower { fill: var(--follower); }
.role.down rect, .swatch.down { fill: var(--down); } .role.down text { fill: #fff; } .role.other rect, .swatch.other { fill: var(--other); }
.paused rect, .swatch.paused { fill: var(--info); } .paused text { font-size: 11px; fill: var(--text); stroke: var(--page); stroke-width: 4px; paint-order: stroke; } .crash path { stroke: var(--invalid); stroke-width: 2; } .crash text { fill: var(--invalid); font-weight: 700; }
svg .name { fill: var(--text); font-size: 12.5px; }
.swatch.ok, .of-ok { fill: var(--ok); } .swatch.fail, .of-fail { fill: var(--fail); } .swatch.info, .of-info { fill: var(--info); } .of-open { fill: var(--muted); } .swatch.p95 { fill: var(--p95); } .swatch.p99 { fill: var(--p99); }

.log { margin-top: 8px; padding: 12px 14px; border-radius: 8px; background: var(--card); border: 1px solid var(--rule); font: .8rem/1.6 var(--mono); overflow-x: auto; white-space: pre; }
.log .at { color: var(--muted); } .log .crash { color: var(--invalid); font-weight: 700; }
h3.node { margin-top: 18px; }
footer { margin-top: 64px; padding-top: 18px; padding-bottom: 40px; font-size: .84rem; color: var(--muted); border-top: 1px solid var(--rule); }

${spaceTimeStyle}
@media (max-width: 640px) {
  html { font-size: 15px; } main, .banner > div, footer { padding: 0 16px; } .banner { padding: 22px 0; }
  h1 { font-size: 2.3rem; } h1 .headline { font-size: 1.1rem; } .facts { gap: 8px 22px; } h2 { margin-top: 40px; }
  .wide { display: none; } .narrow { display: block; } .failure-card { padding: 16px 14px; }
  .frame .names { flex-basis: 76px; } .scroll > table { min-width: 36rem; }
  th, td { padding-right: 12px; } .stuck { white-space: normal; }
}
@media print {
  :root { ${light} color-scheme: light; } html { font-size: 11px; background: #fff; } nav { display: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  details::details-content { content-visibility: visible; block-size: auto; } .scroll, .rightmost, .log { overflow: visible; } .log { white-space: pre-wrap; }
  .rightmost svg { width: 100%; height: auto; } .failure-card, .chart, tr { break-inside: avoid; } h2, h3 { break-after: avoid; }
}
`;

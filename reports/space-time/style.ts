/** The look of space-time diagrams. Colours are those of the page (../style.ts). */

export const spaceTimeStyle = `
.space-time { margin-top: 14px; }
.space-time .box { position: relative; overflow: auto; max-height: 88vh; border: 1px solid var(--rule); border-radius: 10px; background: var(--card); }
.space-time svg { width: auto; max-width: none; font-size: 11px; }
.space-time .heads { position: sticky; top: 0; z-index: 1; width: max-content; min-width: 100%; background: var(--card); border-bottom: 1px solid var(--rule); }
.space-time .heads .name { font-size: 13px; font-weight: 650; } .space-time .column, .space-time .times text, .space-time .pause text { fill: var(--muted); font-variant-numeric: tabular-nums; }
.space-time .lane { stroke: var(--rule); fill: none; }
.space-time .pause rect { fill: var(--soft); }
.space-time .said, .space-time .words { stroke: var(--card); stroke-width: 3.5px; stroke-linejoin: round; paint-order: stroke; fill: var(--text); }
.space-time .role rect { stroke: none; } .space-time .role .term { font-weight: 600; }
.space-time .arrow path { stroke: var(--text); stroke-width: 1.2; fill: none; } .space-time .arrow .head { fill: var(--text); stroke: none; }
.space-time .arrow .hit { stroke: transparent; stroke-width: 9; } .space-time .arrow:hover path:not(.hit) { stroke-width: 2.4; } .space-time .arrow:hover .said { font-weight: 700; }
.space-time .arrow.request path, .space-time .arrow.reply path { stroke: var(--ok); stroke-width: .9; } .space-time .arrow.request .head, .space-time .arrow.reply .head { fill: var(--ok); } .space-time .arrow.request .said, .space-time .arrow.reply .said { fill: var(--ok); }
.space-time .arrow.lost path { stroke: var(--muted); } .space-time .arrow.lost .said { fill: var(--muted); } 
.space-time .arrow.copy path, .space-time .arrow.open path { stroke-dasharray: 4 3; }
.space-time .arrow .hit, .space-time .arrow.lost .hit, .space-time .arrow.request .hit, .space-time .arrow.reply .hit { stroke: transparent; stroke-width: 9; }
.space-time .arrow.lost path.cross { stroke: var(--invalid); stroke-width: 2; }
.space-time .operation rect, .space-time .operation path { fill: color-mix(in srgb, var(--ok) 22%, var(--card)); stroke: var(--ok); }
.space-time .operation.fail rect { fill: var(--soft); stroke: var(--fail); } .space-time .operation.info rect, .space-time .operation.open path { fill: color-mix(in srgb, var(--info) 12%, var(--card)); stroke: var(--info); stroke-dasharray: 4 3; }
.space-time .operation.failed rect, .space-time .operation.failed path { fill: var(--invalid); stroke: var(--invalid); } .space-time .operation.failed .words { fill: var(--invalid); font-weight: 700; }
.space-time .words { font: 11px var(--mono); }
.space-time .happened path { stroke: var(--text); stroke-width: 2; } .space-time .happened .said { font-style: italic; }
.space-time .happened.violation .said, .space-time .happened.crash .said { fill: var(--invalid); font-weight: 700; font-style: normal; } .space-time .happened.stop .said, .space-time .happened.restart .said { font-weight: 600; font-style: normal; }
.space-time .happened.violation path, .space-time .happened.crash path { stroke: var(--invalid); stroke-width: 3; }
.space-time .across { fill: none; stroke-width: 1; stroke-dasharray: 1 3; opacity: .8; } .space-time .trouble .said { font-weight: 600; } .space-time .ended { fill: var(--muted); }
.space-time .paused { fill: var(--info); }
.space-time figcaption { margin-top: 10px; font-size: .94rem; color: var(--text); max-width: 50rem; overflow-wrap: anywhere; }
.space-time .violated path { stroke-width: 2; }
/* Who is led to its end sees what came before. */
.space-time #violated { scroll-margin-top: 76vh; }
.space-time .box { width: fit-content; max-width: 100%; }
@media (min-width: 1104px) { .space-time .box.fits { overflow: visible; max-height: none; } .space-time .fits .heads { border-radius: 10px 10px 0 0; } }
@media print { .space-time .box { overflow: visible; max-height: none; border: 0; } .space-time svg { width: 100%; height: auto; } .space-time .heads { position: static; width: auto; } }
`;

// What the page of an exam adds to the style sheet of all HTML reports (sim/report/html_style.hpp).
#pragma once

#include <string_view>

namespace fleetsim::sim {

inline constexpr std::string_view sheet_html_style = R"css(
:root{--warn:#855a00}
@media(prefers-color-scheme:dark){:root{--warn:#d3a634}}
.warn{color:var(--warn)}
.verdict.warn{background:var(--warn);color:var(--page)}
a{color:var(--blue)}
.verdict.other{background:var(--faint)}
details{background:var(--card);border:1px solid var(--rule);border-radius:.5rem;margin:.4rem 0}
summary{padding:.5rem .8rem;cursor:pointer}
summary .verdict{font-size:.8rem;padding:0 .6rem;min-width:5.5rem;text-align:center}
summary b{font-variant-numeric:tabular-nums;margin-right:.4rem}
details>div{padding:0 .8rem .8rem}
.facts{display:grid;grid-template-columns:fit-content(55%) 1fr;gap:.25rem .9rem;margin:.2rem 0 .6rem}
.facts dt{font-size:.875rem;line-height:1.5}
.facts dd{font-size:1rem;font-weight:400}
.facts .actual{color:var(--bad);font-weight:600}
.facts .wide{grid-column:1/-1}
.story{list-style:none;margin:.4rem 0;padding:0;font:.8125rem/1.45 ui-monospace,SFMono-Regular,Menlo,monospace;border-top:1px solid var(--rule)}
.story li{display:grid;grid-template-columns:6.5rem 1.2rem 6.5rem 12rem 1fr;gap:0 .5rem;border-bottom:1px solid var(--rule);padding:.1rem 0}
.story span:nth-child(1),.story span:nth-child(3){text-align:right;color:var(--faint);font-variant-numeric:tabular-nums}
.story span:nth-child(2){text-align:center}
.story span:nth-child(4){color:var(--faint)}
.story .at{background:color-mix(in srgb,var(--bad) 12%,transparent)}
@media(max-width:48rem){
.story li{grid-template-columns:5.6rem 1.1rem 5.6rem 1fr}
.story span:nth-child(4){overflow:hidden;text-overflow:ellipsis}
.story span:nth-child(5){grid-column:1/-1;padding-left:.6rem}}
@media print{
:root{--page:#fff;--card:#fff;--ink:#000;--faint:#444;--rule:#bbb;--good:#06602f;--bad:#a01818;--warn:#6b4800}
body{font-size:11px}
main{max-width:none;padding:0}
details{break-inside:avoid-page}
details[open]{break-inside:auto}
details::details-content{content-visibility:visible;display:block}
.verdict{border:1px solid;print-color-adjust:exact;-webkit-print-color-adjust:exact}}
)css";

}  // namespace fleetsim::sim

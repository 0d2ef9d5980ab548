// The style sheet of the HTML report: no font, picture or script from anywhere; light and dark; one column on a phone.
#pragma once

#include <string_view>

namespace fleetsim::sim {

inline constexpr std::string_view html_style = R"css(
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#16191d;--faint:#5b6470;--rule:#dfe3e8;--good:#0a7a3d;--bad:#c02626;
--blue:#2a6fd0;--orange:#d9541e;--green:#12916a;--violet:#6a4fc4;--gray:#7b8491;--gold:#a67300}
@media(prefers-color-scheme:dark){:root{--page:#111418;--card:#1a1e24;--ink:#e8eaed;--faint:#9aa4b1;--rule:#2e343c;--good:#4cc38a;--bad:#ff7b72;
--blue:#5b9bf0;--orange:#f0814f;--green:#3fbf94;--violet:#a58cf0;--gray:#8d97a5;--gold:#d3a634}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main{max-width:72rem;margin:0 auto;padding:1rem}
h1{font-size:1.6rem;line-height:1.2;margin:.4rem 0}
h2{font-size:1.1rem;margin:2rem 0 .6rem}
h3{font-size:1rem;margin:1.2rem 0 .4rem}
p{margin:.4rem 0}
.faint,dt,th,.time,.plot span,footer{color:var(--faint)}
.faint,footer{font-size:.875rem}
.good{color:var(--good)}
.bad{color:var(--bad)}
.verdict{display:inline-block;padding:.15rem .8rem;margin-right:.4rem;border-radius:1rem;color:var(--page);font-weight:600}
.verdict.good{background:var(--good)}
.verdict.bad{background:var(--bad)}
.card,figure,.scroll,.figures div{background:var(--card);border:1px solid var(--rule);border-radius:.5rem}
.card{padding:.6rem .9rem;margin:.6rem 0}
.figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,10.5rem),1fr));gap:.5rem;margin:.6rem 0}
.figures.small{grid-template-columns:repeat(auto-fill,minmax(6.5rem,1fr))}
.figures div{padding:.5rem .7rem;display:flex;flex-direction:column}
dd{margin:0;font-size:1.1rem;font-weight:600;font-variant-numeric:tabular-nums}
dt{font-size:.8rem;line-height:1.3}
ul{margin:.4rem 0;padding-left:1.2rem}
li,td,dd{unicode-bidi:isolate}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:.6rem}
figure{margin:0;padding:.7rem .8rem;min-width:0}
.legend{display:flex;flex-wrap:wrap;gap:0 .9rem;list-style:none;margin:.2rem 0 .5rem;padding:0;font-size:.8rem;color:var(--faint)}
.legend li::before{content:"";display:inline-block;width:.8rem;height:.2rem;border-radius:.1rem;background:var(--tone);margin-right:.35rem;vertical-align:middle}
.plot{position:relative;padding-left:2.9rem}
.plot svg{display:block;width:100%;height:8.5rem;overflow:visible}
.plot span{position:absolute;left:0;width:2.6rem;text-align:right;font-size:.72rem;line-height:1;font-variant-numeric:tabular-nums;white-space:nowrap}
.plot .high{top:-.36rem}
.plot .middle{top:calc(50% - .36rem)}
.time{display:flex;justify-content:space-between;font-size:.72rem;margin:.25rem 0 0 2.9rem;font-variant-numeric:tabular-nums}
path{fill:none;vector-effect:non-scaling-stroke}
.grid{stroke:var(--rule);stroke-width:1}
.line{stroke:var(--tone);stroke-width:1.75;stroke-linejoin:round}
.area{fill:var(--tone);opacity:.16}
.connects{--tone:var(--blue)}.failures{--tone:var(--orange)}.bootstraps{--tone:var(--green)}.disconnects{--tone:var(--gray)}
.moves{--tone:var(--violet)}.arrivals{--tone:var(--gold)}.online{--tone:var(--blue)}
.scroll{overflow-x:auto;margin:.6rem 0}
table{border-collapse:collapse;width:100%;font-size:.875rem;font-variant-numeric:tabular-nums}
th,td{padding:.35rem .7rem;text-align:right;white-space:nowrap;border-bottom:1px solid var(--rule)}
th{font-weight:500}
th:first-child,td:first-child{text-align:left}
td:first-child{white-space:normal;min-width:8rem}
tr:last-child td{border-bottom:0}
code{font:.8125rem/1.4 ui-monospace,SFMono-Regular,Menlo,monospace}
footer{margin:2.5rem 0 1rem;border-top:1px solid var(--rule);padding-top:.6rem}
)css";

}  // namespace fleetsim::sim

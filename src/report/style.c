/* The style of the report, in one place.  Georgia or the reader's own serif at
 * 17 px on 1.55, 66 characters wide; tables and charts in sans; one blue, one
 * orange, greys.  Contrasts are at least 4.5 to 1 for text in light and dark
 * (WCAG 2.2, 1.4.3), and no meaning hangs on colour alone (1.4.1).
 */
#include "report/parts.h"

static const char colours[] =
        ":root{color-scheme:light dark;--paper:#fff;--ink:#1c1e21;--muted:#5a5f66;--rule:#d9dce0;--soft:#f4f5f7;"
        "--blue:#0b4a8f;--blue-soft:#e8f0f9;--warn:#a34a00;--warn-soft:#fdf0e4;--mark:#fff3c4;"
        "--serif:ui-serif,Georgia,'Times New Roman',serif;--sans:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;"
        "--mono:ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace}\n"
        "@media (prefers-color-scheme:dark){:root{--paper:#15171a;--ink:#e6e7e9;--muted:#a3a9b1;--rule:#363b42;--soft:#1e2125;"
        "--blue:#8fbcf0;--blue-soft:#1b2a3c;--warn:#f0a868;--warn-soft:#33240f;--mark:#4a4118}}\n";

static const char text[] =
        "*{box-sizing:border-box}html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%;text-size-adjust:100%}\n"
        "body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.55 var(--serif);font-variant-numeric:lining-nums;"
        "overflow-wrap:break-word;hanging-punctuation:first}\n"
        "h1,h2,h3,h4{line-height:1.2;text-wrap:balance;font-weight:700}\n"
        "h1{font-size:2.15rem;letter-spacing:-.012em;margin:0 0 .6rem;max-width:28ch}\n"
        "h2{font-size:1.45rem;margin:3.2rem 0 .9rem;padding-top:.55rem;border-top:2px solid var(--ink)}\n"
        "h3{font-size:1.1rem;margin:2rem 0 .5rem}h4{font-size:1rem;margin:1rem 0 .3rem}\n"
        "p,ul,ol{margin:0 0 1rem}li{margin:.2rem 0}small{font-size:.85em;color:var(--muted)}\n"
        "a{color:var(--blue);text-decoration-thickness:.06em;text-underline-offset:.16em}a:hover{text-decoration-thickness:.12em}\n"
        ":focus-visible{outline:3px solid var(--blue);outline-offset:2px;border-radius:2px}\n"
        "code{font:.82em/1.4 var(--mono);overflow-wrap:anywhere}pre{overflow-x:auto;background:var(--soft);padding:.7rem}\n"
        ".skip{position:absolute;left:-99em;background:var(--paper);padding:.5rem 1rem;z-index:9}.skip:focus{left:.5rem;top:.5rem}\n"
        ".page{max-width:88rem;margin:0 auto;padding:1.6rem 1.1rem 5rem}\n"
        "main>*{max-width:66ch}.by,.toc,.notes,table,figure,details,.labels,.foot,.key,.tally,.back,.from,.hash,.facts,.nums,.empty,.abbr"
        "{font-family:var(--sans);font-variant-numeric:lining-nums tabular-nums}\n"
        ".by{font-size:.86rem;color:var(--muted);margin-bottom:2rem}.lede,.key{font-size:.86rem;color:var(--muted)}\n"
        ".n{color:inherit;text-decoration:underline;text-decoration-color:var(--blue);text-decoration-thickness:.09em;"
        "text-underline-offset:.18em;font-variant-numeric:lining-nums tabular-nums}.n:hover{background:var(--blue-soft)}\n"
        "table .n,.finding .n{white-space:nowrap;text-decoration-style:dotted;text-decoration-thickness:.07em}.notes i,p.why i{font-style:normal}p.why i{color:var(--muted)}\n"
        ".s:target,.n:target{background:var(--mark);box-shadow:0 0 0 .2em var(--mark)}\n"
        "del.withheld{color:var(--muted)}.why{font:.8rem/1.4 var(--sans);color:var(--warn)}p.why{font:1.05rem/1.5 var(--serif);color:inherit;margin:.2rem 0 .8rem}\n"
        ".draft{font:.9rem/1.4 var(--sans);background:var(--warn-soft);color:var(--warn);padding:.6rem .8rem;border-left:4px solid var(--warn)}\n"
        "blockquote{margin:0 0 1rem;padding-left:1rem;border-left:3px solid var(--rule);color:var(--muted)}\n";

static const char labels[] =
        ".v{display:inline-block;font:600 .72rem/1.35 var(--sans);padding:.08em .5em;border:1px solid currentColor;border-radius:3px;"
        "color:var(--muted);vertical-align:.08em}\n"
        ".v-holds{color:var(--blue);background:var(--blue-soft)}.v-reading{color:var(--blue);border-style:dashed}\n"
        ".v-fails{color:var(--warn);background:var(--warn-soft)}.v-untestable{color:var(--muted);border-style:dotted}\n"
        ".proof{border-color:transparent;padding-left:0;font-weight:500}.ver{font-family:var(--mono)}.grade{text-decoration:none;font-weight:600}\n"
        "@media screen{:is(td,th)>a.a{display:inline-block;min-width:24px;padding-block:max(0px,(24px - 1lh)/2)}}\n"
        "a.a{font-weight:600;text-decoration:none;white-space:nowrap}a.a:hover{text-decoration:underline}a.r{font-family:var(--mono);font-size:.92em;white-space:nowrap}\n"
        ".tally{display:flex;flex-wrap:wrap;gap:.4rem 1.6rem;font-size:.9rem}.tally b{font-size:1.3rem}\n";

static const char notes[] =
        ".notes{font-size:.76rem;line-height:1.42;color:var(--muted);margin:-.4rem 0 1.3rem;padding-left:.8rem;border-left:2px solid var(--rule)}\n"
        ".notes p{margin:0 0 .45rem}.notes cite{font-style:normal}.notes .v{font-size:.68rem}.notes b{font-weight:600;color:var(--ink)}\n"
        ".toc{font-size:.84rem;line-height:1.35;margin:0 0 1.6rem}.toc summary{cursor:pointer;color:var(--muted)}"
        ".toc ol{list-style:none;margin:.5rem 0 0;padding:0}.toc li{margin:.35rem 0}.toc a{color:var(--muted);text-decoration:none}"
        ".toc a:hover{color:var(--blue);text-decoration:underline}\n"
        "@media screen and (min-width:64rem){.page{display:grid;grid-template-columns:12rem minmax(0,1fr);column-gap:3rem;padding-top:2.6rem}"
        ".toc{position:sticky;top:1.6rem;align-self:start;max-height:calc(100vh - 3rem);overflow:auto;padding-top:.4rem}"
        ".toc summary{list-style:none}}\n"
        "@media screen and (min-width:78rem){main>.said{max-width:none;display:grid;grid-template-columns:66ch minmax(10.5rem,19rem);column-gap:2.2rem;align-items:start}"
        ".notes{margin:.25rem 0 1rem}main>.finding,main>figure,main>.table,main>.table.wide{max-width:none;width:min(100%,calc(66ch + 21.2rem))}}\n";

static const char cards[] =
        ".finding{border:1px solid var(--rule);border-left:5px solid var(--muted);border-radius:4px;padding:1rem 1.2rem .8rem;margin:1.4rem 0 1.6rem;background:var(--paper)}\n"
        ".f-holds,.f-reading{border-left-color:var(--blue)}.f-fails{border-left-color:var(--warn)}\n"
        ".finding h3{margin:.3rem 0 .4rem;font-size:1.05rem}.finding h4{font:600 .78rem var(--sans);color:var(--muted);margin:.6rem 0 .2rem}\n"
        ".labels{margin:0}.finding:target{box-shadow:0 0 0 3px var(--mark)}.against ul{font:.84rem/1.45 var(--sans);margin:0 0 .7rem;padding-left:1.1rem}\n"
        ".foot{font-size:.78rem;color:var(--muted);margin:0;border-top:1px solid var(--rule);padding-top:.5rem}\n"
        "figure{margin:1.8rem 0 2rem}.fig svg{width:100%;height:auto;display:block}.on-narrow{display:none}\n"
        "@media screen and (max-width:34rem){.on-wide{display:none}.on-narrow{display:block}}\n"
        "figcaption{font-size:.78rem;color:var(--muted);margin-top:.4rem}figcaption summary{display:inline-block;cursor:pointer;color:var(--blue)}\n";

static const char tables[] =
        ".table{overflow-x:auto;margin:0 0 1.4rem}table{border-collapse:collapse;font-size:.82rem;line-height:1.42;width:100%}\n"
        "th,td{text-align:left;vertical-align:top;padding:.42rem .8rem .42rem 0;border-bottom:1px solid var(--rule)}\n"
        "thead th{font-weight:600;color:var(--muted);border-bottom:1px solid var(--muted);white-space:nowrap}tbody th{font-weight:600}\n"
        ".num{text-align:right;white-space:nowrap}.day{white-space:nowrap}tr:target>*{background:var(--mark)}\n"
        ".claims td p{margin:0 0 .3rem}.claims td p:last-child{margin:0}\n"
        ".short{margin:0 0 .6rem}.short th{font-weight:500;width:24%}.short td:nth-child(2){width:9.5rem}.short tr:last-child>*{border-bottom:0}\n"
        ".claims td:nth-child(2){width:28%}.claims td:nth-child(3){width:11rem}.measures td:nth-child(3){width:45%}\n"
        "main>.wide,main>.abbr{max-width:none}details.rest{margin:0 0 1.6rem}\n"
        "@media screen and (max-width:48rem){.table.wide thead{position:absolute;left:-99em}.table.wide table,.table.wide tbody,.table.wide tr,.table.wide td,.table.wide th,.short,.short tbody,.short tr,.short th,.short td"
        "{display:block;width:auto!important}.table.wide tr,.short tr{border-bottom:1px solid var(--rule);padding:.6rem 0}.table.wide td,.table.wide th,.short th,.short td{border:0;padding:.12rem 0;text-align:left;white-space:normal}"
        ".table.wide td[data-h]::before{content:attr(data-h) \": \";color:var(--muted)}.table.wide td[data-h=Claim]::before,.table.wide td[data-h=Verdict]::before,.table.wide td[data-h=Why]::before,.table.wide td[data-h=What]::before{content:none}"
        ".table.wide td:empty{display:none}}\n";

static const char said_of[] =          /* only where somebody said something */
        ".said-of ul{list-style:none;margin:0 0 .7rem;padding:0}.said-of li{font:.84rem/1.45 var(--sans);margin:.5rem 0;break-inside:avoid}.said-of p{margin:0 0 .15rem}"
        ".said-of blockquote{margin:.15rem 0 .3rem;white-space:pre-line;overflow-wrap:anywhere;color:inherit}\n";

static const char annex[] =
        "details.q,details.src,details.rest{border-bottom:1px solid var(--rule);max-width:none}details.q>summary,details.src>summary,details.rest>summary"
        "{cursor:pointer;padding:.55rem 0;font-size:.9rem;line-height:1.4}summary .a{display:inline-block;min-width:2.4em;font-weight:600;color:var(--blue)}\n"
        ".ev{padding:.2rem 0 1.4rem;scroll-margin-top:3.4rem;font-family:var(--sans);font-size:.86rem}.ev:target{box-shadow:-6px 0 0 var(--mark)}\n"
        ".facts{margin:0 0 1rem;font-size:.86rem;line-height:1.45;max-width:52rem}.facts dt{font-weight:600;color:var(--muted);margin-top:.55rem}.facts dd{margin:0}.facts ul{margin:0;padding-left:1.1rem}\n"
        ".nums{margin:0;display:flex;flex-wrap:wrap;gap:.1rem .9rem}.nums div{white-space:nowrap}.nums dt{display:inline;color:var(--muted)}.nums dd{display:inline;margin:0 0 0 .35em}\n"
        ".readings td:nth-child(3){min-width:16rem}.k{font-family:var(--mono);color:var(--muted)}.rows .aside td{color:var(--muted)}\n"
        ".rows td{padding:.2rem .7rem .2rem 0}.own td{padding:0 0 .45rem}.own code{font-size:.72rem;color:var(--muted);overflow-wrap:anywhere}\n"
        ".back,.from,.hash,.cust,.link{font-size:.8rem;margin:0 0 .5rem}.hash,.cust{color:var(--muted)}\n"
        ".rec{padding:.7rem 0;border-top:1px solid var(--rule);scroll-margin-top:1rem;font-family:var(--sans)}.rec h4{margin:0 0 .1rem;font:500 .84rem var(--mono)}.rec:target{background:var(--mark);box-shadow:-.5rem 0 0 var(--mark),.5rem 0 0 var(--mark)}\n"
        ".row{margin:0 0 .3rem;font-size:.8rem;line-height:1.4;columns:22rem 2;column-gap:2rem}.row div{break-inside:avoid;display:flex;gap:.6em}.row dt{color:var(--muted);flex:0 0 9.5em;overflow-wrap:anywhere}.row dd{margin:0;overflow-wrap:anywhere;min-width:0}\n"
        ".abbr{columns:18rem 3;font-size:.84rem}.abbr div{break-inside:avoid;display:flex;gap:.6em;margin:.15rem 0}.abbr dt{font-weight:600;flex:0 0 5em}.abbr dd{margin:0}\n";

static const char print[] =
        "@media print{:root{--paper:#fff;--ink:#000;--muted:#444;--rule:#bbb;--blue:#000;--blue-soft:#fff;--warn:#000;--warn-soft:#fff;--mark:#fff}\n"
        "html{font-size:9pt}body{font-size:10.2pt;line-height:1.42}.page,main>.said{display:block}.toc,.skip,figcaption details{display:none}\n"
        "main>*,main>.said,main>.finding,main>figure,main>.table,main>.table.wide{max-width:none!important;width:auto!important}\n"
        "details::details-content{content-visibility:visible;height:auto;display:block}details>*{display:block}summary{list-style:none;font-weight:600}\n"
        "h2,h3,h4,summary,thead{break-after:avoid}figure,tr,.labels,.against{break-inside:avoid}.rec h4,.cust{break-after:avoid}#annex,#records{break-before:page}\n"
        "a{color:#000;text-decoration:none}.n{text-decoration:none}.n[data-a]::after{content:attr(data-a);font:.62em var(--sans);vertical-align:super;margin-left:.1em}\n"
        "main a[href^=\"http\"]::after{content:\" (\" attr(href) \")\";font-size:.8em;overflow-wrap:anywhere}\n"
        ".notes{border:0;padding:0 0 0 2em;margin:-.3rem 0 .7rem;font-size:7.6pt}table{font-size:7.8pt}.on-wide{display:block}.on-narrow{display:none}\n"
        ".finding{border-color:#999}.rec{padding:.25rem 0}.row{font-size:7pt;line-height:1.25;columns:3 12rem}.row dt{flex-basis:7.5em}.cust,.back,.hash{font-size:7pt}}\n";

static void put_page_box(em_html h, const em_print *p)
{
        em_html_lit(h, "@page{size:A4;margin:21mm 18mm 19mm;@top-left{content:\"");
        em_html_css(h, p->title);
        em_html_lit(h, "\";font:7.5pt sans-serif;color:#444}@top-right{content:\"");
        em_html_css(h, em_print_known(p));
        em_html_lit(h, "\";font:7.5pt sans-serif;color:#444}@bottom-left{content:\"");
        em_html_css(h, em_str_sub(em_str_c(p->manifest), 0, 12));
        em_html_lit(h, "\";font:7.5pt monospace;color:#444}@bottom-right{content:counter(page);font:7.5pt sans-serif;color:#444}}\n");
}

void em_style_write(em_html h, const em_print *p)
{
        static const char *const parts[] = { colours, text, labels, notes, cards, tables, annex };
        em_draw_css(h.out);
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
                em_buf_c(h.out, parts[i]);
        if (p->notes)
                em_buf_c(h.out, said_of);
        put_page_box(h, p);
        em_buf_c(h.out, print);
}

void em_report_style(em_buf *out)
{
        static const char *const parts[] = { colours, text, labels, notes, cards, tables, annex, print };
        em_draw_css(out);
        for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
                em_buf_c(out, parts[i]);
}

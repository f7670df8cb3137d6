/* What can be asked of the case itself: does it open and hold together, is what was found as new as what it was
 * found in, and what lies aside.
 *
 * Older and newer go by the ledger's numbers, not by its times: clocks go wrong.
 */
#include "serve/desk.h"
#include "serve/doctor.h"

#include <stdio.h>

static em_status glance(em_doctor *d, em_error *err)
{
        if (!d->glanced)
                EM_TRY(em_case_glance(d->opts->c, d->arena, &d->glance, err));
        d->glanced = true;
        return EM_OK;
}

static em_status look_open(em_doctor *d, em_error *err)
{
        char text[1024];
        (void)err;
        if (!d->opts->c && d->opts->refused && d->opts->refused->code == EM_MISSING)
                return em_doctor_says(d, EM_CHECK_LOOK, "", "%s",
                                      em_error_text(d->opts->refused, text, sizeof text));
        if (!d->opts->c)
                return em_doctor_says(d, EM_CHECK_WRONG, "embargo verify names what differs; go back to a copy that was verified", "%s",
                                      d->opts->refused ? em_error_text(d->opts->refused, text, sizeof text) : "it does not open");
        em_str resumed = em_case_resumed(d->opts->c);
        if (resumed.n)
                return em_doctor_says(d, EM_CHECK_LOOK, "", "It opens; %.*s", EM_ARG(resumed));
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "Its tables are those of a case, and nothing foreign stands among them.");
}

static em_status look_integrity(em_doctor *d, em_error *err)
{
        EM_TRY(glance(d, err));
        if (!d->glance.checked)
                return em_doctor_says(d, EM_CHECK_UNKNOWN, "embargo verify", "case.db is too large to be checked at every opening.");
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "SQLite's check of case.db found nothing.");
}

static em_status look_ledger(em_doctor *d, em_error *err)
{
        EM_TRY(glance(d, err));
        if (d->glance.breaks)
                return em_doctor_says(d, EM_CHECK_WRONG, "embargo verify names every difference; go back to a copy that was verified", "%.*s.",
                                      EM_ARG(d->glance.first_break));
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "%.*s, each with the hash of the one before.",
                              EM_ARG(em_doctor_many(d, d->glance.entries, "entry", "entries")));
}

static em_status look_regime(em_doctor *d, em_error *err)
{
        em_str dir = em_case_regime_dir(d->opts->c), path;
        char   shown[300];
        EM_TRY(em_path_join(dir, EM_S("report.md"), d->arena, &path, err));
        em_str_show(dir, shown, sizeof shown);
        if (!em_path_is_dir(dir))
                return em_doctor_says(d, EM_CHECK_WRONG, "put the folder back, or set EMBARGO_DATA to where regimes/ is",
                                      "%s is not there; questions and reports need it.", shown);
        if (!em_path_exists(path))
                return em_doctor_says(d, EM_CHECK_LOOK, "", "%s has no report.md: no report can be made.", shown);
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "Its folder is there.");
}

/* Of the regime's own tables: how sure whoever transcribed them was of each row. */
static em_status look_tables(em_doctor *d, em_error *err)
{
        int64_t rows, unsure;
        EM_TRY(em_doctor_number(d, "select count(*) from record where source in (select source from source where role = 'regime')", &rows, err));
        EM_TRY(em_doctor_number(d, "select count(*) from record where source in (select source from source where role = 'regime') and credibility between 2 and 5", &unsure, err));
        if (!rows)
                return em_doctor_says(d, EM_CHECK_LOOK, "embargo init takes them in", "The case holds no table of its regime.");
        if (unsure)
                return em_doctor_says(d, EM_CHECK_LOOK, "read those rows in the regime's documents before anybody relies on them",
                                      "%.*s; %.*s graded below \"confirmed\".",
                                      EM_ARG(em_doctor_many(d, (uint64_t)rows, "row is held", "rows are held")),
                                      EM_ARG(em_doctor_many(d, (uint64_t)unsure, "is", "are")));
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "%.*s.", EM_ARG(em_doctor_many(d, (uint64_t)rows, "row is held", "rows are held")));
}

static em_status look_sources(em_doctor *d, em_error *err)
{
        EM_TRY(glance(d, err));
        const em_glance *g = &d->glance;
        char name[200];
        em_str_show(g->first_gone, name, sizeof name);
        if (g->missing || g->resized)
                return em_doctor_says(d, EM_CHECK_WRONG, "put the same bytes back: embargo add takes them again, and the hash says whether they are",
                                      "%.*s not there and %.*s not the size that was taken in, %s first.",
                                      EM_ARG(em_doctor_many(d, g->missing, "source is", "sources are")),
                                      EM_ARG(em_doctor_many(d, g->resized, "is", "are")), name);
        return em_doctor_says(d, EM_CHECK_FINE, "embargo verify reads and hashes them all", "%.*s there, with the size that was taken in.",
                              EM_ARG(em_doctor_many(d, g->sources, "source is", "sources are")));
}

static em_status look_stray(em_doctor *d, em_error *err)
{
        EM_TRY(glance(d, err));
        if (d->glance.stray)
                return em_doctor_says(d, EM_CHECK_LOOK, "embargo add takes the file again and finishes; see embargo log for what was added last",
                                      "%.*s of sources/ belongs to no source: a taking-in that did not end, or a stranger.",
                                      EM_ARG(em_doctor_many(d, d->glance.stray, "file", "files")));
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "Every file of sources/ is a source's.");
}

static em_status look_evidence(em_doctor *d, em_error *err)
{
        int64_t held, unread;
        EM_TRY(em_doctor_number(d, "select count(distinct source) from source where role = 'evidence'", &held, err));
        EM_TRY(em_doctor_number(d, "select count(distinct source) from source where role = 'evidence' and map is null", &unread, err));
        if (!held)
                return em_doctor_says(d, EM_CHECK_LOOK, "embargo add FILE", "The case holds no evidence yet.");
        if (unread)
                return em_doctor_says(d, EM_CHECK_LOOK, "doc/format-map.md says how a map is written; embargo add --map reads them then",
                                      "%.*s held without records: no map fits.", EM_ARG(em_doctor_many(d, (uint64_t)unread, "source is", "sources are")));
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "%.*s, each read by a map.", EM_ARG(em_doctor_many(d, (uint64_t)held, "source", "sources")));
}

static em_status look_quarantine(em_doctor *d, em_error *err)
{
        int64_t rows, sources;
        EM_TRY(em_doctor_number(d, "select count(*) from quarantine", &rows, err));
        EM_TRY(em_doctor_number(d, "select count(distinct source) from quarantine", &sources, err));
        if (rows)
                return em_doctor_says(d, EM_CHECK_LOOK, "embargo status names the reasons", "%.*s of %.*s kept aside: no finding counts them.",
                                      EM_ARG(em_doctor_many(d, (uint64_t)rows, "row", "rows")),
                                      EM_ARG(em_doctor_many(d, (uint64_t)sources, "source", "sources")));
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "No row is kept aside.");
}

/* The worker that read each source says what held it. */
static em_status look_held(em_doctor *d, em_error *err)
{
        int64_t loose;
        EM_TRY(em_doctor_number(d, "select count(distinct source) from source where sandbox like '%no landlock%' or sandbox like '%no seccomp%'", &loose, err));
        if (loose)
                return em_doctor_says(d, EM_CHECK_LOOK, "take them in anew on a newer kernel when they came from strangers",
                                      "%.*s read while the kernel lacked a wall.", EM_ARG(em_doctor_many(d, (uint64_t)loose, "source was", "sources were")));
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "Every source was read by a process without files, network or rights.");
}

static em_status look_withheld(em_doctor *d, em_error *err)
{
        int64_t n;
        EM_TRY(em_doctor_number(d, "select count(distinct source) from source where access = 'withheld'", &n, err));
        if (n)
                return em_doctor_says(d, EM_CHECK_FINE, "do not give the case folder away as it is; embargo export leaves them out",
                                      "%.*s withheld.", EM_ARG(em_doctor_many(d, (uint64_t)n, "source is", "sources are")));
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "No source is withheld.");
}

static em_status look_findings(em_doctor *d, em_error *err)
{
        int64_t found, added;
        EM_TRY(em_doctor_number(d, "select coalesce(max(seq), 0) from ledger where action = 'find'", &found, err));
        EM_TRY(em_doctor_number(d, "select coalesce(max(seq), 0) from ledger where action in ('add', 'link')", &added, err));
        if (!found)
                return em_doctor_says(d, EM_CHECK_LOOK, "embargo find", "The questions have not been asked yet.");
        if (added > found)
                return em_doctor_says(d, EM_CHECK_LOOK, "embargo find", "Findings are older than the evidence: entry %lld found, entry %lld added.",
                                      (long long)found, (long long)added);
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "Findings are newer than the last evidence.");
}

static em_status look_report(em_doctor *d, em_error *err)
{
        int64_t reported, changed;
        em_str  path;
        EM_TRY(em_doctor_number(d, "select coalesce(max(seq), 0) from ledger where action = 'report'", &reported, err));
        EM_TRY(em_doctor_number(d, "select coalesce(max(seq), 0) from ledger where action in ('find', 'add', 'link')", &changed, err));
        EM_TRY(em_path_join(em_case_dir(d->opts->c), EM_S("report/index.html"), d->arena, &path, err));
        if (!reported)
                return em_doctor_says(d, EM_CHECK_LOOK, "embargo report", "No report has been printed yet.");
        if (reported < changed)
                return em_doctor_says(d, EM_CHECK_LOOK, "embargo report", "The report is older than the findings: entry %lld printed it, entry %lld changed them.",
                                      (long long)reported, (long long)changed);
        if (!em_path_exists(path))
                return em_doctor_says(d, EM_CHECK_LOOK, "embargo report", "The report was printed, and is no longer in report/.");
        return em_doctor_says(d, EM_CHECK_FINE, NULL, "The report is newer than the findings.");
}

const em_doctor_row em_doctor_case[] = {
        {"open", "case", "The case opens", look_open, false, false},
        {"integrity", "case", "The file holds together", look_integrity, true, false},
        {"ledger", "case", "The ledger's chain is whole", look_ledger, true, false},
        {"regime", "case", "The regime is at hand", look_regime, true, false},
        {"tables", "case", "The regime's tables", look_tables, true, false},
        {"sources", "evidence", "Sources are where they were put", look_sources, true, false},
        {"stray", "evidence", "Nothing lies between them", look_stray, true, false},
        {"evidence", "evidence", "Evidence has been read", look_evidence, true, false},
        {"quarantine", "evidence", "Rows kept aside", look_quarantine, true, false},
        {"held", "evidence", "Who read it was held", look_held, true, false},
        {"withheld", "evidence", "Withheld sources", look_withheld, true, false},
        {"findings", "evidence", "Findings are up to date", look_findings, true, false},
        {"report", "evidence", "The report is up to date", look_report, true, false},
        {0},
};

/* serve/doing.h -- what the pages that change a case share: fields of forms, who does it, where to go on.
 */
#ifndef SERVE_DOING_H
#define SERVE_DOING_H

#include "serve/desk.h"
#include "serve/jobs.h"

/* Whom the ledger is to name: the account, else what serve was started with, else nobody (the case's own author). */
em_str em_doing_author(const em_ask *ask);

/* Words of a command line in the making; every text of a form goes behind an option that takes a value, so that none is read
 * as an option.  Over EM_JOB_WORDS the rest is left out and words_ok is false. */
typedef struct em_words { em_str at[EM_JOB_WORDS]; size_t n; bool over; } em_words;
void em_words_add(em_words *w, em_str word);
/* --name and its value, when there is one. */
void em_words_option(em_words *w, const char *name, em_str value);

/* 303 to path and id ("/findings/", "nap-06"): a form that was sent is not sent again by loading the page anew. */
void em_doing_go(em_ask *ask, const char *path, em_str id);

/* ---- fields; every one with its label ------------------------------------------------------- */

void em_field_text(em_ask *ask, const char *name, const char *label, em_str value, const char *type, const char *hint);
void em_field_area(em_ask *ask, const char *name, const char *label, em_str value, const char *hint);
typedef struct em_choice_word { em_str value, words; } em_choice_word;
void em_field_select(em_ask *ask, const char *name, const char *label, em_str chosen, const em_choice_word *choice, size_t count);
void em_field_hidden(em_ask *ask, const char *name, em_str value);
/* <form method="post" action="path+id"> with the token in it; upload: multipart. */
void em_form_open(em_ask *ask, const char *path, em_str id, const char *end, bool upload);
/* The button and </form>. */
void em_form_close(em_ask *ask, const char *words, bool main_one);
/* "1.4 MB" */
em_str em_size_text(em_arena *arena, uint64_t bytes);
/* "2022-03-01 14:05" UTC */
em_str em_moment_text(em_arena *arena, int64_t time_s);

/* Starts a job for what may be short, and waits a little for it: it is over, then or not. */
EM_MUST em_status em_doing_job(em_ask *ask, const em_job_order *order, em_job *ret_job, em_error *err);

/* Answers (doing_add.c, doing_note.c). */
em_status em_doing_add_list(em_ask *ask, em_error *err);
em_status em_doing_add_upload(em_ask *ask, em_error *err);
em_status em_doing_add_one(em_ask *ask, em_error *err);
em_status em_doing_add_take(em_ask *ask, em_error *err);
em_status em_doing_add_remove(em_ask *ask, em_error *err);
em_status em_doing_notes(em_ask *ask, em_error *err);
em_status em_doing_note_form(em_ask *ask, em_error *err);
em_status em_doing_note_write(em_ask *ask, em_error *err);

#endif

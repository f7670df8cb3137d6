/* cli/cli.h -- what a command of the program is, and what it may use.
 *
 * A command declares itself where it stands: src/cli/cmd_NAME.c holds one
 * em_command with its line, its examples, its options and its run function,
 * and main.c lists it.  Parsing, help, the manual page and the completions of
 * three shells are all made from that one table, so none of them can say
 * anything else than the program does.
 *
 * Laws of the terminal: stdout is data, stderr is talk.  Every command ends
 * with one line of talk: what was done, what was kept aside, what to type
 * next.  Evidence text reaches a terminal only through a table or
 * em_str_show, never as it is.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "embargo/report.h"

#include <stdio.h>

#ifndef EMBARGO_VERSION
#define EMBARGO_VERSION "0.1.0"         /* built without meson.build, which says it */
#endif

/* ---- the table of commands (option.c, help.c) ----------------------------- */

typedef enum em_arg_kind {      /* what an option's value must be */
        EM_ARG_NONE,            /* a switch */
        EM_ARG_TEXT,
        EM_ARG_FILE,            /* as text; completed as a file */
        EM_ARG_FILES,           /* the same, and may be given again and again */
        EM_ARG_FOLDER,
        EM_ARG_DAY,             /* YYYY-MM-DD */
        EM_ARG_SPAN,            /* DAY/DAY */
        EM_ARG_COUNT,           /* 0 .. 1,000,000,000 */
        EM_ARG_GRADE            /* one letter A..F */
} em_arg_kind;

typedef struct em_flag {
        const char *name;       /* without the two dashes */
        char        letter;     /* short form, or 0 */
        em_arg_kind kind;
        const char *argument;   /* "DAY"; NULL for a switch */
        const char *text;       /* one line of help */
} em_flag;

typedef struct em_example { const char *line, *text; } em_example;

typedef struct em_cli em_cli;

typedef struct em_command {
        const char       *name, *group, *brief;
        const char       *usage;        /* operands: "FILE|FOLDER..." */
        const char       *about;        /* paragraphs, separated by blank lines */
        const em_example *example;      /* ends with a NULL line */
        const em_flag    *flag;         /* ends with a NULL name; may be NULL */
        size_t            least, most;  /* operands; most SIZE_MAX: any number */
        em_arg_kind       operand;      /* how operands complete */
        bool              json, csv;    /* prints data in these forms too */
        em_status       (*run)(em_cli *cli, em_error *err);
} em_command;

/* Options that every command knows; ends with a NULL name. */
extern const em_flag em_flags_global[];

typedef struct em_flag_value { const em_flag *flag; em_str value; } em_flag_value;

typedef struct em_parsed {
        const em_command *command;      /* NULL: none was named */
        em_flag_value    *value; size_t values;
        em_str           *operand; size_t operands;
} em_parsed;

/* Reads a command line (without the program's name).  Global options may stand
 * before or after the command.  EM_USAGE says what is wrong and, where one is
 * near, what was probably meant. */
EM_MUST em_status em_option_parse(const em_command *const *table, size_t count,
                                  size_t words, const em_str *word, em_arena *arena,
                                  em_parsed *ret_parsed, em_error *err);
/* The value given to an option ("" with p not NULL for a switch); p is NULL
 * when it was not given. */
em_str em_option_value(const em_parsed *parsed, const char *name);
bool   em_option_given(const em_parsed *parsed, const char *name);
/* The n-th value, from 0, of an option that may be given again; false past the last. */
bool   em_option_nth(const em_parsed *parsed, const char *name, size_t n, em_str *ret_value);

/* The name nearest to word when it is near enough to be meant, or NULL.  Near:
 * at most a third of the letters changed, two neighbours swapped counting one
 * (Damerau 1964; optimal string alignment), or word begins the name. */
const char *em_option_nearest(em_str word, const char *const *name, size_t count);

/* Fails with `"word" is no WHAT`, and the nearest name where one is near. */
em_status em_option_unknown(em_status code, const char *what, em_str word,
                            const char *const *name, size_t count, em_error *err);
em_status em_option_unknown_command(const em_command *const *table, size_t count, em_str word,
                                    em_error *err);

void em_help_overview(const em_command *const *table, size_t count, FILE *out);
void em_help_command(const em_command *command, size_t width, FILE *out);
void em_help_manual(const em_command *const *table, size_t count, FILE *out);
/* shell is bash, zsh or fish. */
EM_MUST em_status em_help_completion(const em_command *const *table, size_t count,
                                     em_str shell, FILE *out, em_error *err);

/* ---- the terminal (term.c) ------------------------------------------------ */

typedef struct em_term {
        size_t width;           /* columns for tables and text */
        bool   tty_out, tty_talk;
        bool   colour;          /* stdout takes colours */
} em_term;

/* Looks at the descriptors, COLUMNS, NO_COLOR and TERM. */
em_term em_term_look(bool no_color);
/* The width to use: tty_columns when not 0, else the number in columns_text
 * when sensible, else 80 on a terminal and 100 elsewhere; kept in 40..400. */
size_t  em_term_width(bool tty, size_t tty_columns, const char *columns_text);

typedef enum em_paint { EM_PAINT_NONE, EM_PAINT_GOOD, EM_PAINT_HALF, EM_PAINT_BAD,
                        EM_PAINT_PALE, EM_PAINT_BOLD } em_paint;
const char *em_term_on(const em_term *term, em_paint paint);    /* escape, or "" */
const char *em_term_off(const em_term *term, em_paint paint);
em_paint    em_term_verdict(em_str verdict_name);       /* colour of "holds" ... */

/* The most columns at the start of s that fit into width: breaks at a blank
 * where there is one, else between characters.  Returns the bytes taken. */
size_t em_term_break(em_str s, size_t width);
/* Prints text wrapped to width with indent blanks before each line; a blank
 * line in text separates paragraphs. */
void   em_term_wrap(em_str text, size_t indent, size_t width, FILE *out);

/* Work that may take long: a line on stderr once it has taken half a second,
 * and an end when somebody presses Ctrl-C. */
typedef struct em_meter {
        const em_term *term;
        bool     quiet, shown;
        char     what[64];
        double   began, told;   /* monotonic seconds */
} em_meter;
em_progress em_meter_progress(em_meter *meter);
void em_meter_end(em_meter *meter);             /* takes the line away */
void em_term_catch(void);                       /* Ctrl-C asks the work to stop */
bool em_term_interrupted(void);

/* ---- tables (table.c) ------------------------------------------------------ */

typedef enum em_cell { EM_CELL_TEXT, EM_CELL_NUMBER, EM_CELL_VERDICT } em_cell;

typedef struct em_column {
        const char *key;        /* in CSV and JSON */
        const char *title;      /* on the terminal; NULL: only in CSV and JSON */
        em_cell     cell;
        int         shrink;     /* 0: never; 1 shrinks first, 2 after it ... */
        size_t      least;      /* columns that shrinking leaves it */
} em_column;

typedef struct em_table {
        const em_column *column;
        size_t    columns, rows, cap;
        em_str   *at;           /* rows * columns cells */
        em_arena *arena;
} em_table;

em_table em_table_make(const em_column *column, size_t columns, em_arena *arena);
/* cell: one for each column; slices must live as long as the table. */
EM_MUST em_status em_table_add(em_table *t, const em_str *cell, em_error *err);
void em_table_print(const em_table *t, const em_term *term, FILE *out);
/* The quoting of RFC 4180, a header line, lines end in LF.  formula_safe puts ' before cells that a
 * spreadsheet would run. */
void em_table_csv(const em_table *t, bool formula_safe, FILE *out);
void em_table_csv_cell(em_str cell, bool formula_safe, FILE *out);
/* The rows as a JSON array of objects; numbers as numbers, "" of a number null. */
void em_table_json(const em_table *t, em_json *j);

/* ---- one run (run.c) -------------------------------------------------------- */

typedef enum em_form { EM_FORM_TEXT, EM_FORM_JSON, EM_FORM_CSV } em_form;

struct em_cli {
        const em_command *const *table;
        size_t     commands;
        const em_parsed *parsed;
        em_term    term;
        em_form    form;
        bool       quiet;
        bool       inside;              /* a step of another command: no next step is named */
        size_t     threads;
        em_str     case_dir;            /* --case, EMBARGO_CASE, or "." */
        bool       case_named;          /* by --case: next steps repeat it */
        em_arena  *arena;
        em_meter   meter;
        em_progress progress;
        em_progress watch;              /* of whoever runs the command inside; takes the place of the meter */
        em_sound  *sound;               /* indexes that were looked through before; NULL: none is remembered */
        FILE      *out;
};

/* The program: parses, runs, reports; returns the exit code. */
int em_cli_main(const em_command *const *table, size_t count, int argc, char **argv);
/* A command line run inside another command (demo); its data goes to out. */
EM_MUST em_status em_cli_run(const em_cli *outer, const em_str *word, size_t words,
                             FILE *out, em_error *err);

em_str em_cli_value(const em_cli *cli, const char *name);
bool   em_cli_given(const em_cli *cli, const char *name);
/* --as-known-on, or EM_DAY_NONE; its text, or "". */
em_day em_cli_known(const em_cli *cli);
em_str em_cli_known_text(const em_cli *cli);

/* One line of talk on stderr, unless --quiet. */
void em_cli_say(em_cli *cli, const char *fmt, ...) EM_PRINTF(2, 3);
/* The line that ends a command: what was done, and the command to type next. */
void em_cli_done(em_cli *cli, const char *next, const char *fmt, ...) EM_PRINTF(3, 4);
/* "embargo: file:line: sentence" on stderr, also under --quiet. */
void em_cli_complain(em_cli *cli, const em_error *err);
/* Text in the run's arena; "" when that is full. */
em_str em_cli_text(em_cli *cli, const char *fmt, ...) EM_PRINTF(2, 3);
/* A word as a shell needs it typed. */
em_str em_cli_word(em_cli *cli, em_str word);
/* "embargo find" with --case as this run was given it. */
const char *em_cli_next(em_cli *cli, const char *command);

EM_MUST em_status em_cli_open(em_cli *cli, em_case_mode mode, em_case **ret_case, em_error *err);
/* Writes JSON that j's buffer holds, and a newline. */
EM_MUST em_status em_cli_put(em_cli *cli, em_buf *json, em_error *err);
/* Begins {"schema":"embargo.NAME.1" ...  */
em_json em_cli_json(em_buf *out, const char *schema);
/* "as_known_on": the day, or null for everything. */
void em_cli_json_known(const em_cli *cli, em_json *j);
/* A copy of s that a terminal can be shown. */
em_str em_cli_safe(em_cli *cli, em_str s);
/* "1,234" for people; digits only for machines are em_cli_digits. */
em_str em_cli_count(em_cli *cli, uint64_t n);
em_str em_cli_digits(em_cli *cli, int64_t n);
/* "1 row", "245 rows" */
em_str em_cli_many(em_cli *cli, uint64_t n, const char *one, const char *many);

/* ---- verdicts (verdict.c) ------------------------------------------------------- */

typedef struct em_verdict_of {          /* an answer, or one reading of it */
        const em_answer *answer;
        em_str           reading;       /* empty: all that decide */
} em_verdict_of;

/* Adds rows of four cells (id, subject, verdict, why) to t: one when one reading
 * decides, else a row for the whole and one below it for each reading.
 * otherwise: why, when there is no reading at all. */
EM_MUST em_status em_verdict_rows(em_cli *cli, em_table *t, em_str id, em_str subject, em_verdict verdict,
                                  em_str otherwise, const em_verdict_of *of, size_t count, em_error *err);
/* "32 hold, 9 only under a reading, 1 does not hold, 5 cannot be tested" */
em_str em_verdict_tally(em_cli *cli, const size_t n[EM_VERDICT_UNTESTABLE + 1]);

/* ---- data folders (find_data.c) ---------------------------------------------- */

/* The folder `name` ("dprk") below `kind` ("regimes", "examples"): in
 * EMBARGO_DATA, beside the program, beside the folder it was built in, and
 * where it was installed to.  A name with a slash, or a folder of that name
 * that holds `mark`, is taken as a path. */
EM_MUST em_status em_data_find(const char *kind, em_str name, const char *mark, em_arena *arena,
                               em_str *ret_path, em_error *err);
/* Every folder that those of the program's data may stand in, whether it is there or not. */
enum { EM_DATA_KINDS = 4, EM_DATA_FOLDERS = 16 };
EM_MUST em_status em_data_folders(em_arena *arena, em_str ret_folder[EM_DATA_FOLDERS], size_t *ret_count, em_error *err);
/* Every name below `kind` in the first folder that has it. */
EM_MUST em_status em_data_names(const char *kind, em_arena *arena, em_str **ret_names,
                                size_t *ret_count, em_error *err);

#endif

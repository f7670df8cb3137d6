/* embargo/party.h -- one entry of a list, and the lists themselves read into entries.
 *
 * A party is what a list says of one person, organisation, ship, aircraft or wallet: names with
 * their quality, dates of birth as intervals, countries, numbers, addresses, programmes; and where
 * exactly that stands.  Nothing is merged, guessed or corrected here: a list's own words are kept,
 * and what was parsed out of them (a passport out of a remark) names the field it came from.
 *
 *     em_list *list;
 *     EM_TRY(em_list_read(path, paths, NULL, &list, err));
 *     for (size_t i = 0; i < em_list_count(list); i++)
 *             use(em_list_at(list, i));
 *     list = em_list_free(list);
 *
 * Formats, sniffed by content and never by name alone: see em_list_format_at.  Each format is one file
 * src/names/list_*.c with a table of the columns or elements it reads.
 *
 * A list is a document that others published: any bytes give parties, rejects with their place, or an
 * error.  XML is read by expat without external entities; an entity bomb is refused.
 */
#ifndef EMBARGO_PARTY_H
#define EMBARGO_PARTY_H

#include "embargo/day.h"

typedef enum em_schema {        /* FollowTheMoney's names (followthemoney.tech) */
        EM_SCHEMA_THING,        /* the list does not say what it is */
        EM_SCHEMA_LEGAL_ENTITY, /* a person or an organisation; the list does not say which */
        EM_SCHEMA_PERSON, EM_SCHEMA_ORGANIZATION, EM_SCHEMA_COMPANY, EM_SCHEMA_VESSEL, EM_SCHEMA_AIRPLANE,
        EM_SCHEMA_WALLET, EM_SCHEMA_ADDRESS, EM_SCHEMA_SCHEMAS
} em_schema;
const char *em_schema_name(em_schema schema);           /* "CryptoWallet" */
bool        em_schema_parse(em_str name, em_schema *ret_schema);        /* FtM's names, any case */

typedef enum em_name_kind {
        EM_NAME_PRIMARY,
        EM_NAME_ALIAS,          /* good quality, or the list has only one */
        EM_NAME_WEAK,           /* "low quality a.k.a.", "weak" */
        EM_NAME_FORMER,
        EM_NAME_SCRIPT,         /* the name in its original script */
        EM_NAME_KINDS
} em_name_kind;
const char *em_name_kind_name(em_name_kind kind);

typedef struct em_party_name {
        em_str text;            /* whole name in the order the list prints it, "SURNAME, Given" turned to "Given SURNAME" */
        em_str given, family, second;   /* when the list tells parts; may be empty */
        em_str lang;            /* "ko", "ar"; empty: not stated */
        em_name_kind kind;
        uint64_t line;          /* 0: as the party's */
} em_party_name;

typedef struct em_party_id {    /* a number or address that names the party */
        em_str type;            /* "passport" "national-id" "imo" "mmsi" "call-sign" "tax" "registration" "swift" "lei"
                                 * "aircraft" "wallet" "phone" "email" "website" "un-reference" "other" */
        em_str value;           /* as the list has it */
        em_str country;         /* ISO 3166 alpha-2, lower case; empty: not stated */
        em_str note;            /* "XBT", "expires 2017-05-05" */
} em_party_id;

typedef struct em_party_date { em_span span; em_str text; bool circa; } em_party_date;   /* text as printed */

typedef struct em_party {
        em_schema schema;
        em_str    id;           /* the list's own number: "KPi.001", "12345", "DPR0001" */
        em_str    dataset;      /* "un", "us-sdn", "us-cons", "us-csl", "eu-oj", "eu-fsf", "uk", "ca", "ch", "ftm:NAME", "own:NAME" */
        em_party_name *name; size_t names;              /* the first is the caption */
        em_party_date *born; size_t borns;              /* built, founded or registered for what is not a person */
        em_party_date *died; size_t dieds;
        em_party_id   *number; size_t numbers;
        em_str *country; size_t countries;              /* nationality, citizenship, flag, jurisdiction: alpha-2 lower case, or as printed */
        em_str *address; size_t addresses;              /* one line each */
        em_str *place_of_birth; size_t places_of_birth;
        em_str *programme; size_t programmes;           /* "DPRK", "SDGT", regulation */
        em_str *title; size_t titles;                   /* title, position, function */
        em_str *linked; size_t linkeds;                 /* owners, "Linked To: ..." as printed */
        em_str  gender;         /* "male", "female", or empty */
        em_str  remarks;        /* as printed */
        em_str  reason;         /* statement of reasons, as printed */
        em_day  listed, changed;        /* EM_DAY_NONE: not stated */
        bool    delisted;       /* the entry says that it is no longer listed */
        em_str  file;           /* as given */
        uint64_t line, offset, length;  /* of the entry in it; length 0: not one run of bytes */
} em_party;

typedef struct em_list_reject { em_str file, id, reason; uint64_t line, offset; } em_list_reject;

typedef struct em_list_file {   /* one file that was read */
        em_str  path, dataset, format;  /* "un-xml" ... */
        em_day  date;           /* that the list itself states; else EM_DAY_NONE */
        char    sha256[65];
        uint64_t bytes, parties, rejects;
} em_list_file;

typedef struct em_list_opts {
        em_str dataset;         /* instead of the format's own */
        em_str format;          /* instead of sniffing */
        em_day date;            /* of lists that do not state one; EM_DAY_NONE */
        size_t max;             /* parties; 0: 20 million */
} em_list_opts;

/* The formats that are known, in the order in which they are tried: i from 0; false behind the last. */
typedef struct em_list_format { const char *name, *dataset, *about; } em_list_format;
bool em_list_format_at(size_t i, em_list_format *ret_format);

typedef struct em_list em_list;
/* Reads files as one list, in the order given.  OFAC's SDN, ADD, ALT and comments tables given together are joined by
 * entry number; a row of ADD or ALT whose entry is not among them is a party of its own only when no SDN table is given
 * (names without a primary are still names), else a reject.  FtM deltas are applied in order.
 * EM_FORMAT: none of the formats (which file, why); EM_MISSING; EM_LIMIT; EM_NOMEM. */
EM_MUST em_status em_list_read(const em_str *path, size_t paths, const em_list_opts *opts,
                               em_list **ret_list, em_error *err);
/* The same from bytes in memory (name: for messages and sniffing's last resort). */
EM_MUST em_status em_list_parse(em_str bytes, em_str name, const em_list_opts *opts, em_list **ret_list, em_error *err);
em_list *em_list_free(em_list *list);
size_t   em_list_count(const em_list *list);
const em_party *em_list_at(const em_list *list, size_t i);      /* in file order */
size_t   em_list_rejects(const em_list *list, const em_list_reject **ret_list);
size_t   em_list_files(const em_list *list, const em_list_file **ret_list);

/* ---- versions ---- */

typedef struct em_list_change {
        char   what;            /* '+' added, '-' removed, '~' changed */
        const em_party *old, *now;      /* NULL where there is none */
        em_str field, before, after;    /* one change of a field for '~': several rows of the same party */
} em_list_change;
/* Compares by dataset and id; order by id.  Two parties of one id in one list are compared in order. */
EM_MUST em_status em_list_diff(const em_list *old, const em_list *now, em_arena *arena,
                               em_list_change **ret_list, size_t *ret_count, em_error *err);

/* ---- numbers ---- */

/* Canonical form of a number for comparing: letters and digits only, upper case; wallets keep their case where it
 * counts; IMO gets its lost leading zero.  *ret_valid: 1 its check digit holds, 0 it does not, -1 has none. */
em_str em_id_canonical(em_str type, em_str value, char *out, size_t room, int *ret_valid);
/* Text that can only be a number: an IMO number, a wallet's address, a passport ... */
bool em_id_in_text(em_str text, em_party_id *ret_number);

#endif

/* names/list_ofac.h -- what the Treasury's formats share: the words by which they name a fact. */
#ifndef NAMES_LIST_OFAC_H
#define NAMES_LIST_OFAC_H

#include "names/list_make.h"

/* One fact by the words that name it: ("Passport", "A1234", "Iran", "expires ..."), ("Gender", "Male"), ("Digital Currency
 * Address - XBT", "12Qt..."), ("DOB", "circa 1947").  False when the words name nothing that a party has. */
bool em_ofac_fact(em_making *m, em_str words, em_str value, em_str country, em_str note);
/* Remarks as the CSV tables and SDNLIST.TXT print them: "DOB 1962; POB Shati; Passport A1234 (Iran) expires 2013; a.k.a. 'X'."  Only
 * the facts are added; the last piece only when whole: remarks that do not end in a full stop were cut. */
void em_ofac_remarks(em_making *m, em_str remarks);
/* "NPWMD] [DPRK2", "[SDGT][IRAN]" */
void em_ofac_programmes(em_making *m, em_str text);
/* "KIM, Yong Chol" with its parts; of a person only, else as it is. */
void em_ofac_name(em_making *m, em_name_kind kind, em_str text);
/* The SDN list, or the consolidated non-SDN list when the file's name or its programmes say so. */
void em_ofac_dataset(em_list_reading *r);
/* "individual", "Entity", "vessel", "Aircraft", "-0-" */
em_schema em_ofac_schema(em_str type);

#endif

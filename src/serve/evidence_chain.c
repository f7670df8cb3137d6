#include "serve/evidence.h"
em_status em_evidence_answer_record(em_ask *ask, em_error *err) { (void)ask; return em_fail(err, EM_MISSING, "x"); }
em_status em_evidence_answer_why(em_ask *ask, em_error *err) { (void)ask; return em_fail(err, EM_MISSING, "x"); }

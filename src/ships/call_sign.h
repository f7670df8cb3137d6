/* Whose a call sign is.
 *
 * The series are allocated to states by the ITU (Radio Regulations, appendix 42); the table in call_sign.c is our own copy of
 * those facts by the first two characters.  Empty: no series known here, shared by two states, or no call sign.
 */
#ifndef EMBARGO_SHIPS_CALL_SIGN_H
#define EMBARGO_SHIPS_CALL_SIGN_H

#include "embargo/base.h"

em_str em_call_sign_country(em_str call_sign);          /* ISO alpha-2, lower case */
/* The same state, or a territory and the state that allocates for it. */
bool   em_flag_agrees(em_str country_a, em_str country_b);

#endif

/* A score as a probability: how often a pair with this score was the same party.
 *
 * A logistic curve, fitted by maximum likelihood on the labelled pairs (doc/names-scores.md has the curve, the data and
 * what it says on pairs it was not fitted on).  It holds for a labelled set of which half are true; a
 * list asked about the whole world's names finds far fewer true ones at the same score.
 */
#include "embargo/names.h"

#include <math.h>

double em_names_probability(double score)
{
        static const double at_half = 0.692, slope = 10.12;
        return 1 / (1 + exp(-slope * (score - at_half)));
}

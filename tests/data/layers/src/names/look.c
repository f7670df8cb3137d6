#include "embargo/base.h"

#include "chain/coins.h"

#include "embargo/base.h"
#include "embargo/case.h"

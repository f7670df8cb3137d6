#include "embargo/base.h"

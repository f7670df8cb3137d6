#include "embargo/record.h"

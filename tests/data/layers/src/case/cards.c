#include "embargo/tarot.h"

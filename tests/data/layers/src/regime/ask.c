#include "embargo/case.h"
#include <sqlite3.h>

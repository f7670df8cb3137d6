#include "embargo/case.h"
#include "embargo/csv.h"
#include "case/keep.h"
#include <sqlite3.h>

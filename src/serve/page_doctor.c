/* Routes of the pages for doctor. */
#include "serve/desk.h"

const em_route em_routes_doctor[] = {{0}};

/* Room for words.  Every drawn thing leaves its box here; a label is put where
 * its box meets the least of them.  Greedy placement over a fixed list of
 * candidates (Christensen, Marks and Shieber 1995 call it the simplest that
 * serves): fast, and always the same.
 */
#include "draw/pen.h"

#include <math.h>

void em_room_take(em_room *room, em_box box)
{
        if (room->count < EM_ROOM_MAX)
                room->at[room->count++] = box;
}

void em_room_take_line(em_room *room, double x0, double y0, double x1, double y1)
{
        double length = hypot(x1 - x0, y1 - y0);
        int parts = (int)fmin(200.0, fmax(1.0, length / 8.0));
        for (int i = 0; i <= parts; i++) {
                double t = (double)i / parts, x = x0 + t * (x1 - x0), y = y0 + t * (y1 - y0);
                em_room_take(room, (em_box){ x - 3.0, y - 3.0, x + 3.0, y + 3.0 });
        }
}

double em_room_overlap(const em_room *room, em_box box)
{
        double sum = 0;
        for (size_t i = 0; i < room->count; i++) {
                const em_box *b = &room->at[i];
                double w = fmin(b->x1, box.x1) - fmax(b->x0, box.x0);
                double h = fmin(b->y1, box.y1) - fmax(b->y0, box.y0);
                if (w > 0 && h > 0)
                        sum += w * h;
        }
        return sum;
}

static void sort_by_y(em_spread *items, size_t count)
{
        for (size_t i = 1; i < count; i++) {
                em_spread one = items[i];
                size_t at = i;
                for (; at > 0 && items[at - 1].y > one.y; at--)
                        items[at] = items[at - 1];
                items[at] = one;
        }
}

void em_room_spread(em_spread *items, size_t count, double top, double bottom)
{
        double edge = top;
        sort_by_y(items, count);
        for (size_t i = 0; i < count; i++) {
                items[i].y = fmax(items[i].y, edge + items[i].height / 2);
                edge = items[i].y + items[i].height / 2;
        }
        edge = bottom;
        for (size_t i = count; i-- > 0;) {
                items[i].y = fmin(items[i].y, edge - items[i].height / 2);
                edge = items[i].y - items[i].height / 2;
        }
}

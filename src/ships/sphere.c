/* Distance, bearing and places on the sphere, in the integers that fixes have.
 *
 * Everything goes over unit vectors or the haversine (R. W. Sinnott, "Virtues of the haversine", Sky and Telescope 68, 1984), so that the
 * dateline and the poles are places like any other and nothing is divided by the cosine of a latitude.  What is near (half a degree: nearly
 * all that is ever asked) takes the same haversine with its sines and its arc sine as series; the first term left out is
 * below 1e-10 of the distance, and one cosine is left of five.
 */
#include <math.h>

#include "embargo/ships.h"

static const double RADIUS_M = 6371008.8;               /* IUGG mean radius, 2a+b by three */
static const double RADIAN = 0.017453292519943295 / EM_DEGREE;
static const double HALF_TURN = 180.0 * EM_DEGREE;

enum { NEAR = EM_DEGREE / 2 };

typedef struct vector { double x, y, z; } vector;

static vector vector_of(int32_t lon, int32_t lat)
{
        double u = lon * RADIAN, v = lat * RADIAN, c = cos(v);
        return (vector){c * cos(u), c * sin(u), sin(v)};
}

/* The turn from lon a to lon b, the short way: -180 to 180 degrees. */
static int64_t turn(int32_t a, int32_t b)
{
        int64_t d = ((int64_t)b - a) % (360 * EM_DEGREE);
        if (d >= 180 * EM_DEGREE)
                d -= 360 * EM_DEGREE;
        if (d < -180 * EM_DEGREE)
                d += 360 * EM_DEGREE;
        return d;
}

/* sin(x/2) squared */
static double haversine(double x)
{
        double s = sin(x / 2);
        return s * s;
}

double em_sphere_m(int32_t lon_a, int32_t lat_a, int32_t lon_b, int32_t lat_b)
{
        int64_t du = turn(lon_a, lon_b), dv = (int64_t)lat_b - lat_a;
        double  u = (double)du * RADIAN, v = (double)dv * RADIAN, h;
        if (du > -NEAR && du < NEAR && dv > -NEAR && dv < NEAR) {
                /* cos a cos b = (cos(a-b) + cos(a+b)) / 2 */
                double uu = u * u, vv = v * v, sum = ((double)lat_a + lat_b) * RADIAN;
                double cosines = (1 - vv / 2 + vv * vv / 24 + cos(sum)) / 2;
                h = vv / 4 * (1 - vv / 12) + cosines * uu / 4 * (1 - uu / 12);
                return 2 * RADIUS_M * sqrt(h) * (1 + h / 6);
        }
        h = haversine(v) + cos(lat_a * RADIAN) * cos(lat_b * RADIAN) * haversine(u);
        return 2 * RADIUS_M * asin(sqrt(h < 1 ? h : 1));
}

double em_sphere_bearing(int32_t lon_a, int32_t lat_a, int32_t lon_b, int32_t lat_b)
{
        double u = (double)turn(lon_a, lon_b) * RADIAN, a = lat_a * RADIAN, b = lat_b * RADIAN;
        double east = sin(u) * cos(b);
        double half = sin(u / 2);
        double north = sin(b - a) + 2 * sin(a) * cos(b) * half * half;  /* cos a sin b - sin a cos b cos u, without its cancelling */
        double degrees = atan2(east, north) / (RADIAN * EM_DEGREE);
        if (degrees < 0)
                degrees += 360;
        return degrees < 360 ? degrees : 0;
}

static void place_of(vector p, int32_t *ret_lon, int32_t *ret_lat)
{
        double lon = rint(atan2(p.y, p.x) / RADIAN);
        if (lon >= HALF_TURN)
                lon -= 2 * HALF_TURN;
        *ret_lat = (int32_t)rint(atan2(p.z, hypot(p.x, p.y)) / RADIAN);
        *ret_lon = (int32_t)lon;
}

void em_sphere_go(int32_t lon, int32_t lat, double bearing, double metres, int32_t *ret_lon, int32_t *ret_lat)
{
        double u = lon * RADIAN, v = lat * RADIAN, turned = bearing * RADIAN * EM_DEGREE, far = metres / RADIUS_M;
        double e = sin(turned) * sin(far), n = cos(turned) * sin(far), up = cos(far);
        vector p = vector_of(lon, lat);
        place_of((vector){up * p.x - e * sin(u) - n * sin(v) * cos(u), up * p.y + e * cos(u) - n * sin(v) * sin(u),
                          up * p.z + n * cos(v)}, ret_lon, ret_lat);
}

void em_sphere_between(int32_t lon_a, int32_t lat_a, int32_t lon_b, int32_t lat_b, double t, int32_t *ret_lon, int32_t *ret_lat)
{
        int32_t lon = t <= 0 ? lon_a : lon_b, lat = t <= 0 ? lat_a : lat_b;
        if (t > 0 && t < 1)
                em_sphere_go(lon_a, lat_a, em_sphere_bearing(lon_a, lat_a, lon_b, lat_b),
                             t * em_sphere_m(lon_a, lat_a, lon_b, lat_b), &lon, &lat);
        *ret_lon = lon;
        *ret_lat = lat;
}

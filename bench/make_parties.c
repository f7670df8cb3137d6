/* Parties that do not exist, as FollowTheMoney JSON lines: the load of a large index.
 *
 *     make_parties COUNT >parties.ftm.json
 *
 * The same count gives the same bytes.  Six in ten are persons, three companies, one a vessel; names per party and the
 * frequencies of words are like those of large open lists: the word of rank r comes about 1 / r times as often as the first
 * (Zipf), the commonest are usual names, the rest are made of syllables; about one word in three parties is new.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state = 1718;

static uint64_t next(void)      /* splitmix64 */
{
        uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        return z ^ (z >> 31);
}

static double chance(void) { return (double)(next() >> 11) / 9007199254740992.0; }

/* Ranks from 0 with a density of about 1 / rank. */
static uint64_t rank_of(uint64_t words) { return (uint64_t)(exp(chance() * log((double)words)) - 1); }

/* A word of its rank: usual names first, then syllables by the rank's digits, salted so that kinds differ. */
static void word(uint64_t rank, uint64_t kind, char *out)
{
        static const char *const given[] = {"Mohammed", "Maria", "Ali", "Ahmed", "John", "Anna", "Ivan", "Jose", "Wei", "Abdul", "Elena", "David",
                "Hassan", "Sergey", "Juan", "Olga", "Ibrahim", "Carlos", "Yong", "Natalia", "Alexander", "Fatima", "Peter", "Hussein", "Min", "Omar"};
        static const char *const family[] = {"Kim", "Wang", "Khan", "Li", "Ivanov", "Garcia", "Zhang", "Hernandez", "Smith", "Ali", "Petrov", "Singh",
                "Chen", "Silva", "Nguyen", "Ahmed", "Popov", "Lopez", "Pak", "Hussain", "Kuznetsov", "Martinez", "Lee", "Santos", "Yang", "Mohamed"};
        static const char *const firm[] = {"Trading", "International", "Holding", "Global", "Energy", "Invest", "Group", "Shipping", "Bank", "Oil",
                "Construction", "General", "Technology", "Marine", "Gas", "Capital", "Star", "Gold", "Food", "Import", "Export", "Engineering"};
        static const char *const head[] = {"b", "d", "k", "l", "m", "n", "r", "s", "t", "v", "z", "sh", "ch", "g", "h", "j", "p", "al", "kh", "f"};
        static const char *const core[] = {"a", "e", "i", "o", "u", "ai", "ou", "ia"};
        static const char *const tail[] = {"", "n", "r", "l", "", "s", "m", "", "v", "k"};
        const struct { const char *const *list; uint64_t n; } usual[] = {{given, sizeof given / sizeof *given}, {family, sizeof family / sizeof *family},
                                                                         {firm, sizeof firm / sizeof *firm}};
        if (rank < usual[kind].n) {
                snprintf(out, 32, "%s", usual[kind].list[rank]);
                return;
        }
        uint64_t mixed = rank * 7 + kind;
        size_t   n = 0;
        for (int syllable = 0; n < 24 && (mixed > 0 || syllable < 2); syllable++) {
                n += (size_t)snprintf(out + n, 32 - n, "%s%s%s", head[mixed % 20], core[mixed / 20 % 8], tail[mixed / 160 % 10]);
                mixed /= 1600;
        }
        out[0] = (char)(out[0] - 'a' + 'A');
}

static void person(char *out)
{
        char   a[32], b[32], c[32];
        double more = chance();
        word(rank_of(200000), 0, a);
        word(rank_of(600000), 1, b);
        word(rank_of(600000), more < 0.3 ? 0 : 1, c);
        snprintf(out, 128, more < 0.6 ? "%s %s" : more < 0.95 ? "%s %s %s" : "%s bin %s %s", a, more < 0.6 ? b : c, b);
}

static void firm(char *out)
{
        static const char *const form[] = {"LLC", "Ltd", "OOO", "GmbH", "Co., Ltd", "JSC", "S.A.", "Limited Liability Company", "Inc", "FZE"};
        char a[32], b[32];
        word(rank_of(600000), 1, a);
        word(rank_of(2000), 2, b);
        snprintf(out, 128, "%s %s %s", a, b, form[next() % 10]);
}

static void ship(char *out)
{
        char a[32], b[32];
        word(rank_of(60000), 1, a);
        word(rank_of(2000), 2, b);
        snprintf(out, 128, chance() < .5 ? "%s" : "%s %s", a, b);
}

static void names(void (*make)(char *), double more)
{
        char name[128];
        int  aliases = 0;
        make(name);
        printf("\"name\":[\"%s\"]", name);
        for (; aliases < 8 && chance() < more; aliases++) {
                make(name);
                printf(aliases ? ",\"%s\"" : ",\"alias\":[\"%s\"", name);
        }
        if (aliases)
                putchar(']');
}

int main(int count, char **argument)
{
        static const char *const country[] = {"ru", "ir", "cn", "kp", "us", "gb", "ae", "tr", "ua", "by", "sy", "de", "in", "mx", "ng", "br"};
        uint64_t parties = count == 2 ? strtoull(argument[1], NULL, 10) : 0;
        if (!parties) {
                fprintf(stderr, "make_parties: COUNT is missing\n");
                return 2;
        }
        for (uint64_t i = 0; i < parties; i++) {
                double      what = chance();
                const char *schema = what < .6 ? "Person" : what < .9 ? "Company" : "Vessel";
                printf("{\"id\":\"made-%llu\",\"schema\":\"%s\",\"properties\":{", (unsigned long long)i, schema);
                names(what < .6 ? person : what < .9 ? firm : ship, what < .6 ? .3 : .2);
                printf(",\"country\":[\"%s\"]", country[next() % 16]);
                if (what < .6 && chance() < .6)
                        printf(",\"birthDate\":[\"%llu-%02llu-%02llu\"]", 1940 + (unsigned long long)(next() % 65), 1 + (unsigned long long)(next() % 12),
                               1 + (unsigned long long)(next() % 28));
                if (what >= .9)
                        printf(",\"imoNumber\":[\"%llu\"]", 1000000 + (unsigned long long)(next() % 9000000));
                else if (chance() < .3)
                        printf(",\"registrationNumber\":[\"%llu\"]", (unsigned long long)(next() % 10000000000));
                printf("},\"datasets\":[\"made\"]}\n");
        }
        return ferror(stdout) != 0;
}

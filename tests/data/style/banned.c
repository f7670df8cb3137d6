/* Breaks one rule of tools/checkstyle: a banned function.  The others do not
 * count: sprintf(in a comment), "strcpy(in text)", em_rand(x), a.system(x). */
int bad(char *out)
{
        return em_rand(sprintf (out, "strcpy(%d)", 1));
}

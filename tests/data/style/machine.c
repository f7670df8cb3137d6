/* Breaks one rule of tools/checkstyle: a folder of one machine. */
const char *here = "/root/x";

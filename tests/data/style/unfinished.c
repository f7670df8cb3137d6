/* Breaks one rule of tools/checkstyle: a word of unfinished work. */
/* TODO: finish */

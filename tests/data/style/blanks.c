/* Breaks one rule of tools/checkstyle: a tab. */
int x;
	int y;

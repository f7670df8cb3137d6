#!/usr/bin/perl
# The keys of every page (ui/src/shell.js): they lead where the list of them says, are silent while somebody types, and
# can be turned off.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Pages;

need_browser();
unless (-s "$BUILD/islands.txt") {
        print "1..0 # SKIP this build has no islands: no key was pressed\n";
        exit 0;
}
exit run_node('keys.mjs', serve_examples());

#!/usr/bin/perl
# Screen in a browser: results as one types are the server's own, by keyboard too, and the address follows.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Pages;
use File::Temp ();

need_browser();
my $dir = File::Temp->newdir('embargo-typed-XXXXXX', TMPDIR => 1);
system("'$EMBARGO' --quiet index names '$PROJECT/tests/serve/lists.csv' --out '$dir/names.idx' >/dev/null 2>&1") == 0 or die "embargo index names failed\n";
exit run_node('typed.mjs', Pages::serve_one('lists', 'serve', "$dir/names.idx"));

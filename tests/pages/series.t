#!/usr/bin/perl
# Dense series in Debian's Chromium: what series.mjs says, on the constructed transfer and on a ship of 60,000 positions.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Pages;
use File::Temp ();

need_browser();
my $dir = File::Temp->newdir('embargo-series-XXXXXX', TMPDIR => 1);

# One position a minute; speeds go up and down between 5 and 10 knots, and one position of all says 30.5.  Silent for 10 hours after the 30,000th.
open my $out, '>', "$dir/long.csv" or die;
print $out "MMSI,BaseDateTime,LAT,LON,SOG\n";
for my $i (0 .. 59_999) {
        my @t = gmtime 1_704_067_200 + 60 * $i + ($i >= 30_000 ? 36_000 : 0);
        printf $out "499000777,%04d-%02d-%02dT%02d:%02d:%02d,%.5f,124.00000,%.1f\n", $t[5] + 1900, $t[4] + 1, @t[3, 2, 1, 0],
                35 + $i / 60_000, $i == 41_234 ? 30.5 : 5 + $i % 51 / 10;
}
close $out or die;
my $quiet = '--quiet >/dev/null 2>&1';
system("'$EMBARGO' init '$dir/long' --regime dprk $quiet && '$EMBARGO' --case '$dir/long' index ships '$dir/long.csv' $quiet") == 0 or die "no index of a long life\n";
exit run_node('series.mjs', serve_examples(), Pages::serve_one('long', '--case', "$dir/long", 'serve'));

#!/usr/bin/perl
# Slow clients: a byte a second would hold a connection for ever.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use IO::Select;
use IO::Socket::INET;
use Serve;
use Test::More;
use Time::HiRes qw(time);

my $dir = scratch();
make_index("$dir/names.idx");
my $s = start("$dir/names.idx");
my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $s->{port}) or die;
my ($began, $cut) = (time, 0);
$SIG{PIPE} = 'IGNORE';
for my $byte (split //, "GET /healthz HTTP/1.1\r\nX-Slow: " . 'z' x 60) {
        syswrite $socket, $byte or $cut = 1;
        $cut = 1 if IO::Select->new($socket)->can_read(0.5) && !sysread $socket, my $end, 1;
        last if $cut;
}
ok($cut, 'a head that drips is cut off');
cmp_ok(time - $began, '>=', 5, 'but not at once');
is(stop($s), 0, 'ends well');
done_testing();
